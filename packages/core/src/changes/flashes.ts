// The flash messages that one request added and read, kept as operations so that two requests never undo each other's.
import { ConfigError } from "../errors.ts";
import { equal } from "./equal.ts";
import type { Values } from "./record-format.ts";

/** gorilla/sessions, sessions.go: flashesKey */
export const DEFAULT_FLASH_KEY = "_flash";

/** What was done under one key. Never changed, but replaced. */
interface Operations {
  /** Whether all that lay there at the last load or save has been read. */
  readonly read: boolean;
  /** What was added since, and not read again. */
  readonly added: readonly unknown[];
}

/** What was done, by key, up to some moment. */
export type FlashOperations = ReadonlyMap<string, Operations>;

/** What a request did to one list of flashes: repeatable on any newer state of that list. */
export interface FlashChange {
  readonly removed: readonly unknown[];
  readonly added: readonly unknown[];
}

const NOTHING: Operations = { read: false, added: [] };
const NO_OPERATIONS: FlashOperations = new Map();

/** Adds and reads flashes in `values`, and remembers which of it is not stored yet. */
export class FlashLog {
  /** Never changed, but replaced. */
  #operations = NO_OPERATIONS;

  /** The operations that are not stored yet. */
  get operations(): FlashOperations {
    return this.#operations;
  }

  /** gorilla/sessions, Session.AddFlash */
  add(values: Values, key: string, flash: unknown): void {
    const { read, added } = this.#operations.get(key) ?? NOTHING;
    values[key] = [...listAt(values, key), flash];
    this.#note(key, { read, added: [...added, flash] });
  }

  /** Everything under `key`, which is empty from then on. gorilla/sessions, Session.Flashes */
  read(values: Values, key: string): unknown[] {
    if (!Object.hasOwn(values, key)) return [];
    const flashes = listAt(values, key);
    delete values[key];
    this.#note(key, { read: true, added: [] });
    return flashes;
  }

  /** `stored` has been stored; what was done since then has not. */
  settle(stored: FlashOperations): void {
    for (const [key, before] of stored) {
      this.#note(key, laterThan(before, this.#operations.get(key) ?? NOTHING));
    }
  }

  clear(): void {
    this.#operations = NO_OPERATIONS;
  }

  #note(key: string, done: Operations | undefined): void {
    const operations = new Map(this.#operations);
    if (done) operations.set(key, done);
    else operations.delete(key);
    this.#operations = operations;
  }
}

/** What was done since `before`, seen from the list that `before` led to. */
function laterThan(before: Operations, now: Operations): Operations | undefined {
  const goesOn =
    now.read === before.read && before.added.every((flash, index) => now.added[index] === flash);
  if (!goesOn) return now; // They were read since, all that lay there.
  const added = now.added.slice(before.added.length);
  return added.length > 0 ? { read: false, added } : undefined;
}

/**
 * What the operations under `key` did to the list that was there, in stored form `before` and, then, `after` and `live`; undefined
 * where the list was changed in other ways too, so that adding and reading do not tell it all.
 */
export function flashChange(
  { read, added }: Operations,
  before: unknown,
  after: unknown = [],
  live: unknown = [],
): FlashChange | undefined {
  const stored = Array.isArray(before) ? before : [];
  const kept = read ? [] : stored;
  if (!Array.isArray(after) || !Array.isArray(live)) return undefined;
  const explained =
    live.length === kept.length + added.length &&
    added.every((flash, index) => live[kept.length + index] === flash) &&
    equal(after.slice(0, kept.length), kept);
  return explained ? { removed: read ? stored : [], added } : undefined;
}

/** Repeats `change` on what lies under `key` now: removes only what had been read, appends what was added. */
export function applyFlashChange(values: Values, key: string, change: FlashChange): void {
  const present = values[key];
  const list: unknown[] = Array.isArray(present) ? [...present] : [];
  for (const flash of change.removed) {
    const index = list.findIndex((other) => equal(other, flash));
    if (index >= 0) list.splice(index, 1);
  }
  list.push(...change.added);
  if (list.length > 0) values[key] = list;
  else delete values[key];
}

function listAt(values: Values, key: string): unknown[] {
  const list = values[key] ?? [];
  if (Array.isArray(list)) return list;
  throw new ConfigError(
    `"${key}" holds a value of the session, not flashes. Give the flashes another key.`,
  );
}
