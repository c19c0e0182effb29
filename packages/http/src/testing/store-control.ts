// Makes a store's operations fail or wait on command, so that a test can force an order of events.
import type { RediStore } from "@redistore/core";
import { deferred } from "./deferred.ts";

/** Saves that wait since `pauseSaves`. */
export interface PausedSaves {
  /** Resolves at the first save. */
  readonly begun: Promise<void>;
  /** Ends the pause: waiting saves go on, later ones do not wait. */
  release(this: void): void;
}

/** A store, and the means to control it. Uncontrolled, it behaves as the store it wraps. */
export interface StoreControl<Data extends object> {
  readonly store: RediStore<Data>;
  /** From now on `store.save` waits: `"before"` it stores (default), or `"after"`, before it resolves. */
  pauseSaves(this: void, when?: "before" | "after"): PausedSaves;
  /** From now on `store.save` rejects with `error`; `undefined` ends that. */
  failSaves(this: void, error: unknown): void;
  /** From now on `store.load` rejects with `error`; `undefined` ends that. */
  failLoads(this: void, error: unknown): void;
  /** How often `store.save` was called. */
  readonly saves: number;
}

/**
 * Wraps `inner` for a test:
 *
 * ```ts
 * const control = controlStore(await createStore(keys, withMemory()));
 * control.failSaves(new StoreUnavailableError("Redis is down."));
 * ```
 */
export function controlStore<Data extends object>(inner: RediStore<Data>): StoreControl<Data> {
  const failures = new Map<PropertyKey, unknown>();
  let pause: Promise<void> | undefined;
  let pauseAt: "before" | "after" = "before";
  let begin: (() => void) | undefined;
  let saves = 0;

  const store = new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      // A proxy has no access to private fields, so methods run on the inner store.
      if (name !== "save" && name !== "load") return member.bind(target) as unknown;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === "save") {
          saves++;
          begin?.();
          if (pauseAt === "before") await pause;
        }
        if (failures.get(name) !== undefined) throw failures.get(name);
        const method = member as (...args: unknown[]) => unknown;
        const result: unknown = await method.apply(target, args);
        if (name === "save") await pause;
        return result;
      };
    },
  });

  return {
    store,
    get saves() {
      return saves;
    },
    failSaves: (error) => void failures.set("save", error),
    failLoads: (error) => void failures.set("load", error),
    pauseSaves: (when = "before") => {
      const released = deferred();
      const begun = deferred();
      pause = released.promise;
      pauseAt = when;
      begin = begun.resolve;
      return {
        begun: begun.promise,
        release: () => {
          pause = undefined;
          released.resolve();
        },
      };
    },
  };
}
