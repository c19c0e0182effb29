// A key function under the control of a test: the test settles each call, and sets the time.
import { openKeyRing, type KeyRing } from "../../src/codec/key-ring.ts";
import { keysFromStrings, type KeyPair } from "../../src/codec/keys.ts";
import type { ConfigError } from "../../src/errors.ts";

export const OLD: readonly KeyPair[] = keysFromStrings("o".repeat(32), "e".repeat(32));
export const NEW: readonly KeyPair[] = keysFromStrings("n".repeat(32), "e".repeat(32));

/** A key function whose calls the test settles, with a clock that the test sets. */
export class Vault {
  readonly calls: Deferred<readonly KeyPair[]>[] = [];
  readonly failures: ConfigError[] = [];
  /** The running timers by their seconds; calling one makes it fire. */
  readonly timers = new Map<number, () => void>();
  seconds = 1000;

  readonly keys = (): Promise<readonly KeyPair[]> => {
    const call = defer<readonly KeyPair[]>();
    this.calls.push(call);
    return call.promise;
  };

  open(): Promise<KeyRing> {
    return openKeyRing(this.keys, {
      elapsed: () => this.seconds,
      onFailure: (error) => this.failures.push(error),
      sleep: (seconds, { signal }) => {
        const timer = defer<void>();
        this.timers.set(seconds, timer.resolve);
        signal.addEventListener("abort", () => {
          this.timers.delete(seconds);
          timer.reject(signal.reason);
        });
        return timer.promise;
      },
    });
  }

  /** Sets the clock forward, then reads the codec of `ring` without waiting for it. */
  pass(seconds: number, ring: KeyRing): void {
    this.seconds += seconds;
    void ring.current();
  }

  async opened(keys: readonly KeyPair[] = OLD): Promise<KeyRing> {
    const opening = this.open();
    this.calls[0]?.resolve(keys);
    return opening;
  }
}

/** The result of `Promise.withResolvers`, which Node 20 lacks. */
interface Deferred<Value> {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (reason: unknown) => void;
}

function defer<Value>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
