// A store whose saves wait or fail on command: to force an order of events that would be luck otherwise.
import type { RediStore } from "@redistore/core";
import { deferred } from "./deferred.ts";

/** Saves that wait since `holdSaves`. */
export interface HeldSaves {
  /** Resolves when the first one has come. */
  readonly begun: Promise<void>;
  /** Lets them go, and holds no more. */
  release(): void;
  /** Lets them fail, and holds no more. */
  fail(error: unknown): void;
}

/** A store that does what its inner one does, until told otherwise. */
export interface GatedStore<Data extends object> {
  readonly store: RediStore<Data>;
  /** From now on `store.save` waits. */
  holdSaves(): HeldSaves;
  /** From now on `store.save` rejects with `error`, until it is called with `undefined`. */
  failSaves(error: unknown): void;
  /** How often `store.save` was called. */
  readonly saves: number;
}

export function gateStore<Data extends object>(inner: RediStore<Data>): GatedStore<Data> {
  let gate: Promise<void> | undefined;
  let arrived: () => void = () => {};
  let failure: unknown;
  let saves = 0;

  const save: RediStore<Data>["save"] = async (session, context) => {
    saves++;
    arrived();
    await gate;
    if (failure !== undefined) throw failure;
    return inner.save(session, context);
  };

  const store = new Proxy(inner, {
    get(target, name) {
      if (name === "save") return save;
      const member: unknown = Reflect.get(target, name, target);
      // Bound to the inner one: private fields are not seen through a proxy.
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });

  return {
    store,
    get saves() {
      return saves;
    },
    failSaves: (error) => {
      failure = error;
    },
    holdSaves: () => {
      const opened = deferred();
      const begun = deferred();
      gate = opened.promise;
      arrived = begun.resolve;
      const open = (settle: () => void): void => {
        gate = undefined;
        settle();
      };
      return {
        begun: begun.promise,
        release: () => open(opened.resolve),
        fail: (error) => open(() => opened.reject(error)),
      };
    },
  };
}
