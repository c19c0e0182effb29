// The default serializer: JSON, as boj/redistore's JSONSerializer reads and writes it.
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { inspectForJson } from "./json-losses.ts";
import { asBuffer } from "../as-buffer.ts";
import { UnserializableValue, type Serializer } from "./serializer.ts";

/** Go's encoding/json reads no deeper nesting than this (decode.go, maxNestingDepth). */
const MAX_DEPTH = 10_000;

/** Written in place of -0, of which JSON.stringify makes 0; no data can hold it, for nobody knows it. */
const NEGATIVE_ZERO = `-0 ${randomUUID()}`;

/**
 * JSON. Reads what Go wrote and writes what Go reads; a stored `null` is an empty session, as in Go.
 *
 * What JSON would drop or change in silence is refused with its path: functions, symbols, BigInt, NaN and infinities, `Map`, `Set`,
 * binary arrays, promises, regular expressions, errors, cycles, and nesting over 1000 levels. An object with a `toJSON` (a `Date`)
 * is written as that says; `undefined` properties are left out.
 *
 * @see boj/redistore JSONSerializer
 */
export const jsonSerializer: Serializer = {
  serialize(values) {
    const { lost, negativeZero } = inspectForJson(values);
    if (lost) throw new UnserializableValue(lost.path, `JSON has no ${lost.what}`);
    if (!negativeZero) return JSON.stringify(values);
    const marked = (_key: string, value: unknown): unknown =>
      Object.is(value, -0) ? NEGATIVE_ZERO : value;
    return JSON.stringify(values, marked).replaceAll(`"${NEGATIVE_ZERO}"`, "-0");
  },

  deserialize(bytes) {
    const text = decodeUtf8(asBuffer(bytes));
    const values: unknown = JSON.parse(HALF.test(text) ? wellFormed(text) : text);
    if (values === null) return {};
    if (typeof values !== "object" || Array.isArray(values)) {
      throw new TypeError(
        `a session is a JSON object, not ${Array.isArray(values) ? "an array" : `a ${typeof values}`}`,
      );
    }
    if (mayHoldWhatGoRefuses(text)) refuseWhatGoRefuses(values);
    return values;
  },

  plainDataOnly: true,
};

/** As Go does it: one U+FFFD for each byte that belongs to no character, where JavaScript makes one of several. */
function decodeUtf8(bytes: Buffer): string {
  const usual = bytes.toString("utf8");
  if (!usual.includes("\ufffd") || isUtf8(bytes)) return usual;
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const length = [1, 2, 3, 4].find((each) => isUtf8(bytes.subarray(start, start + each)));
    text += length === undefined ? "\ufffd" : bytes.toString("utf8", at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** An escape of half a surrogate pair, which may or may not have its other half beside it. */
const HALF = /\\u[dD][89a-fA-F]/;
/** A whole pair, a half (captured), or any other escape, so that a backslash after a backslash is not taken for a beginning. */
const ESCAPES =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})|\\[^]/g;

/** As Go does it: half a pair is U+FFFD (decode.go, unquoteBytes). */
function wellFormed(text: string): string {
  return text.replaceAll(ESCAPES, (escape, half) => (half === undefined ? escape : "\\ufffd"));
}

// It takes an exponent of three digits to leave the range, or 210 digits with one of two; and an opening and a closing bracket a level to
// nest too deep.
function mayHoldWhatGoRefuses(text: string): boolean {
  return text.length > 2 * MAX_DEPTH || /[eE]\+?\d{3}|\d{210}/.test(text);
}

// With a stack of its own: bytes in Redis must not be able to exhaust JavaScript's.
function refuseWhatGoRefuses(values: object): void {
  const parents: object[] = [values];
  const depths: number[] = [1];
  for (let parent = parents.pop(); parent; parent = parents.pop()) {
    const depth = depths.pop() as number;
    if (depth > MAX_DEPTH) throw new RangeError(`nested more than ${MAX_DEPTH} deep`);
    for (const key in parent) {
      const value = (parent as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) {
        parents.push(value);
        depths.push(depth + 1);
      } else if (value === Infinity || value === -Infinity) {
        throw new RangeError("a number beyond the range of a 64-bit float");
      }
    }
  }
}
