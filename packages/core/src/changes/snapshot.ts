// What values were at one moment, to see without serializing them whether anything was changed since: that costs a tenth.
import type { Metadata } from "./metadata.ts";
import type { Content, Values } from "./record-format.ts";

/** What is nested deeper is not looked at: cycles are not told apart here. */
const MAX_DEPTH = 100;

/** `changed` is certain; `unknown` leaves it to a comparison of what is serialized. */
export type Comparison = "same" | "changed" | "unknown";

/** Knows plain data only: objects without a class, arrays and primitives. With anything else among them the answer is `unknown`. */
export class Snapshot {
  /** Of each object key and value, and what is in the value before the next key; then {@link END}. Of arrays the length and the elements. */
  readonly #noted: readonly unknown[] | undefined;
  readonly #metadata: Metadata;

  constructor({ values, metadata }: Content) {
    const noted: unknown[] = [];
    if (note(values, noted, MAX_DEPTH)) this.#noted = noted;
    this.#metadata = metadata;
  }

  /** Whether the values, in the same object, and the metadata are still what they were. */
  compare({ values, metadata }: Content): Comparison {
    // Metadata are replaced, never changed.
    if (!this.#noted || metadata !== this.#metadata) return "unknown";
    const end = compareBelow(values, this.#noted, 0);
    return end === CHANGED ? "changed" : end === UNKNOWN ? "unknown" : "same";
  }
}

/** After the last key of an object, in place of one. */
const END = 0;

function note(parent: object, noted: unknown[], depth: number): boolean {
  if (depth === 0) return false;
  if (Array.isArray(parent)) {
    noted.push(parent.length);
    for (const value of parent) if (!noteValue(value, noted, depth)) return false;
    return true;
  }
  // Object.keys would make an array of each. What is inherited, against all custom, is there both times.
  for (const key in parent) {
    noted.push(key);
    if (!noteValue((parent as Values)[key], noted, depth)) return false;
  }
  noted.push(END);
  return true;
}

function noteValue(value: unknown, noted: unknown[], depth: number): boolean {
  noted.push(value);
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return !("toJSON" in value) && isPlain(value) && note(value, noted, depth - 1);
}

/** What has a `toJSON` is written as that says, whatever it holds. One that an object is given later shows among its keys; of arrays not. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return prototype === Array.prototype && !("toJSON" in value);
}

/** In place of the index to go on at. */
const CHANGED = -1;
const UNKNOWN = -2;

function compareBelow(parent: object, noted: readonly unknown[], start: number): number {
  let at = start;
  if (Array.isArray(parent)) {
    if (noted[at++] !== parent.length) return UNKNOWN;
    for (let index = 0; index < parent.length && at >= 0; index++) {
      at = compareValue(parent[index], noted, at);
    }
    return at;
  }
  for (const key in parent) {
    if (noted[at] !== key) return UNKNOWN;
    at = compareValue((parent as Values)[key], noted, at + 1);
    if (at < 0) return at;
  }
  return noted[at] === END ? at + 1 : UNKNOWN;
}

function compareValue(value: unknown, noted: readonly unknown[], at: number): number {
  const before = noted[at];
  if (typeof value === "object" && value !== null) {
    // It may have been given a class since.
    return value === before && isPlain(value) ? compareBelow(value, noted, at + 1) : UNKNOWN;
  }
  if ((value === before && value !== 0) || Object.is(value, before)) return at + 1;
  return isSimple(value) && isSimple(before) ? CHANGED : UNKNOWN;
}

/** Whether two of these that are not the same are never stored as the same. */
function isSimple(value: unknown): boolean {
  return (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    value === null
  );
}
