// A function of keys under full control: every answer is held back, and no time passes by itself.
import { openKeyRing, type KeyRing } from "../../src/codec/key-ring.ts";
import { keysFromStrings, type KeyPair } from "../../src/codec/keys.ts";
import type { ConfigError } from "../../src/errors.ts";

export const OLD: readonly KeyPair[] = keysFromStrings("o".repeat(32), "e".repeat(32));
export const NEW: readonly KeyPair[] = keysFromStrings("n".repeat(32), "e".repeat(32));

/** A function of keys whose every answer is held back, under a clock that stands still. */
export class Vault {
  readonly asked: Held<readonly KeyPair[]>[] = [];
  readonly failures: ConfigError[] = [];
  /** The timers that run: by their seconds, what makes them go off. */
  readonly timers = new Map<number, () => void>();
  seconds = 1000;

  readonly keys = (): Promise<readonly KeyPair[]> => {
    const answer = hold<readonly KeyPair[]>();
    this.asked.push(answer);
    return answer.promise;
  };

  open(): Promise<KeyRing> {
    return openKeyRing(this.keys, {
      elapsed: () => this.seconds,
      onFailure: (error) => this.failures.push(error),
      sleep: (seconds, { signal }) => {
        const timer = hold<void>();
        this.timers.set(seconds, timer.resolve);
        signal.addEventListener("abort", () => {
          this.timers.delete(seconds);
          timer.reject(signal.reason);
        });
        return timer.promise;
      },
    });
  }

  /** Lets so many seconds pass, then asks the ring for its codec without waiting for it. */
  pass(seconds: number, ring: KeyRing): void {
    this.seconds += seconds;
    void ring.current();
  }

  async opened(keys: readonly KeyPair[] = OLD): Promise<KeyRing> {
    const opening = this.open();
    this.asked[0]?.resolve(keys);
    return opening;
  }
}

/** A promise, and the ends of it: `Promise.withResolvers`, which Node 20 lacks. */
interface Held<Value> {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (reason: unknown) => void;
}

function hold<Value>(): Held<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
