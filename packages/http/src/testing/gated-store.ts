// A store whose saves wait or fail on command: to force an order of events that would be luck otherwise.
import type { RediStore } from "@redistore/core";
import { deferred } from "./deferred.ts";

/** Saves that wait since `holdSaves`. */
export interface HeldSaves {
  /** Resolves when the first one has come. */
  readonly begun: Promise<void>;
  /** Lets them go, and holds no more. */
  release(this: void): void;
}

/** A store that does what its inner one does, until told otherwise. */
export interface GatedStore<Data extends object> {
  readonly store: RediStore<Data>;
  /** From now on `store.save` waits: before it stores, or after it has stored, with its answer. */
  holdSaves(this: void, when?: "before" | "after"): HeldSaves;
  /** From now on `store.save` rejects with `error`; with `undefined` it works again. */
  failSaves(this: void, error: unknown): void;
  /** The same for `store.load`. */
  failLoads(this: void, error: unknown): void;
  /** How often `store.save` was called. */
  readonly saves: number;
}

export function gateStore<Data extends object>(inner: RediStore<Data>): GatedStore<Data> {
  const failures = new Map<PropertyKey, unknown>();
  let gate: Promise<void> | undefined;
  let gateIs: "before" | "after" = "before";
  let arrived: (() => void) | undefined;
  let saves = 0;

  const store = new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      // Bound to the inner one: private fields are not seen through a proxy.
      if (name !== "save" && name !== "load") return member.bind(target) as unknown;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === "save") {
          saves++;
          arrived?.();
          if (gateIs === "before") await gate;
        }
        if (failures.get(name) !== undefined) throw failures.get(name);
        const result: unknown = await (member as (...args: unknown[]) => unknown).apply(
          target,
          args,
        );
        if (name === "save") await gate;
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
    holdSaves: (when = "before") => {
      const opened = deferred();
      const begun = deferred();
      gate = opened.promise;
      gateIs = when;
      arrived = begun.resolve;
      return {
        begun: begun.promise,
        release: () => {
          gate = undefined;
          opened.resolve();
        },
      };
    },
  };
}
