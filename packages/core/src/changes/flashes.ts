// Records the flash messages that a request adds and reads as operations, so that two requests never undo each other's.
import { ConfigError } from "../errors.ts";
import { equal } from "./equal.ts";
import type { Values } from "./record-format.ts";

/** gorilla/sessions, sessions.go: flashesKey */
export const DEFAULT_FLASH_KEY = "_flash";

/** The operations under one key. Immutable: a new operation makes a new object. */
interface Operations {
  /** Whether the flashes that were there at the last load or save have been read. */
  readonly read: boolean;
  /** The flashes added since and not read again. */
  readonly added: readonly unknown[];
}

/** The operations on all keys up to one moment. Immutable. */
export type FlashOperations = ReadonlyMap<string, Operations>;

/** The effect of a request on one list of flashes, to be repeated on any newer state of that list. */
export interface FlashChange {
  readonly removed: readonly unknown[];
  readonly added: readonly unknown[];
}

const NO_OPERATION: Operations = { read: false, added: [] };
const NO_OPERATIONS: FlashOperations = new Map();

/** Adds and reads flashes in `values`, and remembers the operations that are not stored yet. */
export class FlashLog {
  #operations = NO_OPERATIONS;

  /** The operations that are not stored yet. */
  get operations(): FlashOperations {
    return this.#operations;
  }

  /** gorilla/sessions, Session.AddFlash */
  add(values: Values, key: string, flash: unknown): void {
    const { read, added } = this.#operations.get(key) ?? NO_OPERATION;
    values[key] = [...listAt(values, key), flash];
    this.#replace(key, { read, added: [...added, flash] });
  }

  /** Removes and returns the flashes under `key`. gorilla/sessions, Session.Flashes */
  read(values: Values, key: string): unknown[] {
    if (!Object.hasOwn(values, key)) return [];
    const flashes = takeList(values, key);
    this.#replace(key, { read: true, added: [] });
    return flashes;
  }

  /** Forgets the operations in `stored`, which have been stored, and keeps those that came after them. */
  settle(stored: FlashOperations): void {
    for (const [key, before] of stored) {
      this.#replace(key, operationsSince(before, this.#operations.get(key) ?? NO_OPERATION));
    }
  }

  clear(): void {
    this.#operations = NO_OPERATIONS;
  }

  #replace(key: string, done: Operations | undefined): void {
    const operations = new Map(this.#operations);
    if (done) operations.set(key, done);
    else operations.delete(key);
    this.#operations = operations;
  }
}

/** The operations between `before` and `now`, relative to the list that `before` led to. */
function operationsSince(before: Operations, now: Operations): Operations | undefined {
  const extendsBefore =
    now.read === before.read && before.added.every((flash, index) => now.added[index] === flash);
  if (!extendsBefore) return now; // The whole list has been read since.
  const added = now.added.slice(before.added.length);
  return added.length > 0 ? { read: false, added } : undefined;
}

/**
 * The effect of the operations under one key. Undefined if the list was changed in other ways too: adding and reading do not
 * explain the difference then.
 *
 * @param before the list in stored form as the request loaded it
 * @param after the list in stored form now
 * @param live the list as the request has it now
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

/** Applies `change` to the list under `key`: removes only the flashes that the request read, and appends those it added. */
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

/** Removes and returns the flashes under `key`. @throws ConfigError if it holds something else */
export function takeList(values: Values, key: string): unknown[] {
  const flashes = listAt(values, key);
  delete values[key];
  return flashes;
}

function listAt(values: Values, key: string): unknown[] {
  const list = values[key] ?? [];
  if (Array.isArray(list)) return list;
  throw new ConfigError(
    `"${key}" holds a value of the session, not flashes. Use another key for the flashes.`,
  );
}
