// Stores for tests: in memory, with a clock that the test moves, over a backend that the test can read.
import type { Backend } from "../../../src/backends/backend.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { openKeyRing, type Keys } from "../../../src/codec/key-ring.ts";
import { keysFromStrings } from "../../../src/codec/keys.ts";
import {
  DEFAULT_COOKIE_OPTIONS,
  type ResolvedCookieOptions,
} from "../../../src/options/cookie-options.ts";
import { Store } from "../../../src/session/store.ts";
import { makeRecords } from "../records/make-records.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

export const OLD_KEY = "o".repeat(32);
export const NEW_KEY = "n".repeat(32);
export const KEYS = keysFromStrings(NEW_KEY);

/** 2033-05-18T03:33:20Z */
export const START = 2_000_000_000;

export interface OpenedStore {
  readonly store: Store<Values>;
  readonly browser: Browser;
  readonly backend: Backend;
  /** The names of the steps that the backend was asked for. */
  readonly steps: string[];
  /** Seconds, which the test moves on. */
  readonly clock: { now: number };
}

interface Choices {
  readonly keys?: Keys;
  readonly backend?: Backend;
  readonly cookie?: Partial<ResolvedCookieOptions>;
  readonly clock?: { now: number };
}

/** A store of which each part can be replaced; stores over one backend are processes that share it. */
export async function openStore({
  keys = KEYS,
  cookie = {},
  clock = { now: START },
  backend = new MemoryBackend({ now: () => clock.now }),
}: Choices = {}): Promise<OpenedStore> {
  const now = (): number => clock.now;
  const cookieOptions = Object.freeze({ ...DEFAULT_COOKIE_OPTIONS, ...cookie });
  const { maxAge } = cookieOptions;
  const keyRing = await openKeyRing(keys, {
    codec: { maxAge, now },
    elapsed: now,
    onFailure: () => undefined,
  });
  const steps: string[] = [];
  const records = makeRecords(noting(backend, steps), { maxAge, now });
  const store = new Store<Values>({ records, keyRing, defaultName: "session", cookieOptions, now });
  return { store, browser: new Browser(store), backend, steps, clock };
}

/** `backend`, with the name of each step it is asked for noted. */
export function noting(backend: Backend, steps: string[]): Backend {
  return new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        steps.push(String(name));
        return Reflect.apply(member, target, args);
      };
    },
  });
}
