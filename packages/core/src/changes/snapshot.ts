// Detects changes of values without serializing them, which would cost ten times as much.
import type { Metadata } from "./metadata.ts";
import type { Content, Values } from "./record-format.ts";

/** Values nested deeper are not compared, which also ends cycles. */
const MAX_DEPTH = 100;

/** `changed` is certain. `unknown` means that the serialized values have to be compared. */
export type Comparison = "same" | "changed" | "unknown";

/** The values at one moment. Covers plain objects, arrays and primitives; with any other value the comparison is `unknown`. */
export class Snapshot {
  /**
   * The values in depth-first order. Of an object: each key and value, then {@link END}. Of an array: its length, then the elements.
   * Undefined if there is a value that is not covered.
   */
  readonly #entries: readonly unknown[] | undefined;
  readonly #metadata: Metadata;

  constructor({ values, metadata }: Content) {
    const entries: unknown[] = [];
    if (addObject(values, entries, MAX_DEPTH)) this.#entries = entries;
    this.#metadata = metadata;
  }

  /** Compares the same values object, and the metadata, with the snapshot. */
  compare({ values, metadata }: Content): Comparison {
    // Metadata objects are never changed in place.
    if (!this.#entries || metadata !== this.#metadata) return "unknown";
    const end = compareObject(values, this.#entries, 0);
    return end === CHANGED ? "changed" : end === UNKNOWN ? "unknown" : "same";
  }
}

/** Follows the last key of an object. A number, so that it equals no key. */
const END = 0;

function addObject(parent: object, entries: unknown[], depth: number): boolean {
  if (depth === 0) return false;
  if (Array.isArray(parent)) {
    entries.push(parent.length);
    for (const value of parent) if (!addValue(value, entries, depth)) return false;
    return true;
  }
  // Object.keys would allocate an array for each object. An inherited enumerable property is compared like an own one.
  for (const key in parent) {
    entries.push(key);
    if (!addValue((parent as Values)[key], entries, depth)) return false;
  }
  entries.push(END);
  return true;
}

function addValue(value: unknown, entries: unknown[], depth: number): boolean {
  entries.push(value);
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return !("toJSON" in value) && isPlain(value) && addObject(value, entries, depth - 1);
}

/**
 * Objects with `toJSON` are not plain. A `toJSON` added later shows up as a key on objects but not on arrays, so arrays are checked
 * separately.
 */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return prototype === Array.prototype && !("toJSON" in value);
}

/** Returned in place of the index at which the comparison goes on. */
const CHANGED = -1;
const UNKNOWN = -2;

function compareObject(parent: object, entries: readonly unknown[], start: number): number {
  let at = start;
  if (Array.isArray(parent)) {
    if (entries[at++] !== parent.length) return UNKNOWN;
    for (let index = 0; index < parent.length && at >= 0; index++) {
      at = compareValue(parent[index], entries, at);
    }
    return at;
  }
  for (const key in parent) {
    if (entries[at] !== key) return UNKNOWN;
    at = compareValue((parent as Values)[key], entries, at + 1);
    if (at < 0) return at;
  }
  return entries[at] === END ? at + 1 : UNKNOWN;
}

function compareValue(value: unknown, entries: readonly unknown[], at: number): number {
  const before = entries[at];
  if (typeof value === "object" && value !== null) {
    // The prototype may have been replaced since.
    return value === before && isPlain(value) ? compareObject(value, entries, at + 1) : UNKNOWN;
  }
  if ((value === before && value !== 0) || Object.is(value, before)) return at + 1;
  return isSimple(value) && isSimple(before) ? CHANGED : UNKNOWN;
}

/** Whether two different values of this kind are always stored differently. */
function isSimple(value: unknown): boolean {
  return (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    value === null
  );
}
