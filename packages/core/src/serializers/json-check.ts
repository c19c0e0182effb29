// Finds values that JSON would change or drop. The check lists the values that JSON keeps, and refuses all others.
import { types } from "node:util";

/** Deeper values are refused: comparing them later (isDeepStrictEqual of node:util) could exhaust the stack. */
const MAX_DEPTH = 1000;

/** The first value that JSON would change, and what was found there: "an instance of Map". */
interface Refusal {
  readonly path: (string | number)[];
  readonly found: string;
}

/** The result of a check. */
export interface JSONCheck {
  refusal: Refusal | undefined;
  /** Whether there is a -0, which JSON.stringify writes as 0. */
  hasNegativeZero: boolean;
  /** Whether strings and keys are checked too. */
  readonly withText: boolean;
}

/**
 * Checks all of `values`. Half of a surrogate pair is searched for only `withText`, which doubles the time: the JSON of such a string
 * shows whether that is necessary.
 */
export function checkForJSON(values: object, withText: boolean): JSONCheck {
  const check: JSONCheck = { refusal: undefined, hasNegativeZero: false, withText };
  check.refusal = checkMembers(values, 1, check);
  return check;
}

// Only a refusal allocates its path, on the way back to the root. Usually there is none.
function checkMembers(parent: object, depth: number, check: JSONCheck): Refusal | undefined {
  if (depth > MAX_DEPTH) {
    return { path: [], found: `a cycle, or nesting over ${MAX_DEPTH} levels` };
  }
  return Array.isArray(parent)
    ? checkElements(parent, depth, check)
    : checkProperties(parent as Record<string, unknown>, depth, check);
}

function checkElements(
  parent: readonly unknown[],
  depth: number,
  check: JSONCheck,
): Refusal | undefined {
  for (let index = 0; index < parent.length; index++) {
    const refusal = checkValue(parent[index], index, depth, check);
    if (refusal) return refusal;
  }
  return Object.keys(parent).length > parent.length || hasSymbols(parent)
    ? { path: [], found: "an array with other properties than its elements" }
    : undefined;
}

function checkProperties(
  parent: Readonly<Record<string, unknown>>,
  depth: number,
  check: JSONCheck,
): Refusal | undefined {
  for (const key of Object.keys(parent)) {
    if (check.withText && !key.isWellFormed()) {
      return { path: [key], found: "a key with half a surrogate pair" };
    }
    const value = parent[key];
    // JSON omits the property, and reading it gives undefined again.
    const refusal = value === undefined ? undefined : checkValue(value, key, depth, check);
    if (refusal) return refusal;
  }
  return hasSymbols(parent) ? { path: [], found: "an object with symbols for keys" } : undefined;
}

function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

function checkValue(
  value: unknown,
  key: string | number,
  depth: number,
  check: JSONCheck,
): Refusal | undefined {
  switch (typeof value) {
    case "string":
      return check.withText && !value.isWellFormed()
        ? { path: [key], found: "a string with half a surrogate pair" }
        : undefined;
    case "boolean":
      return undefined;
    case "number":
      if (value === 0 && Object.is(value, -0)) check.hasNegativeZero = true;
      return Number.isFinite(value) ? undefined : { path: [key], found: String(value) };
    case "object":
      return value === null ? undefined : checkObject(value, key, depth, check);
    case "undefined":
      return { path: [key], found: "undefined, or an empty place, in an array" };
    default:
      return { path: [key], found: `a ${typeof value}` };
  }
}

function checkObject(
  value: object,
  key: string | number,
  depth: number,
  check: JSONCheck,
): Refusal | undefined {
  let written: unknown = value;
  if (hasToJSON(value)) {
    written = value.toJSON(String(key));
    if (written === undefined && typeof key === "string") return undefined;
    if (typeof written !== "object" || written === null) {
      return checkValue(written, key, depth, check);
    }
  }
  // The result of a toJSON is written without calling its own toJSON.
  if (!isPlain(written as object)) return { path: [key], found: kindOf(written as object) };
  const refusal = checkMembers(written as object, depth + 1, check);
  refusal?.path.unshift(key);
  return refusal;
}

/** Whether JSON writes the result of its `toJSON`. Not for an invalid Date, written as null, nor for a Buffer, which could not be read back. */
function hasToJSON(value: object): value is { toJSON(key: string): unknown } {
  if (!("toJSON" in value) || typeof value.toJSON !== "function") return false;
  return !(types.isDate(value) ? Number.isNaN(value.getTime()) : ArrayBuffer.isView(value));
}

/** Whether JSON reads back the same kind of object: an array or an object without a class, also of another realm (node:vm, Jest). */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return true;
  // Array.prototype is itself an array; the prototype of a subclass is not.
  if (Array.isArray(value)) return prototype === Array.prototype || Array.isArray(prototype);
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

function kindOf(value: object): string {
  if (types.isDate(value)) return "an invalid Date";
  const { constructor } = value;
  const name = typeof constructor === "function" ? constructor.name : "";
  return name === "" || name === "Object"
    ? "an object with a prototype of its own"
    : `an instance of ${name}`;
}
