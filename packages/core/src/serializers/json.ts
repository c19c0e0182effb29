// The default serializer: JSON, as boj/redistore's JSONSerializer reads and writes it.
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { asBuffer } from "./as-buffer.ts";
import { checkForJSON } from "./json-check.ts";
import { UnserializableValue, type Serializer } from "./serializer.ts";

/** Go's encoding/json reads no deeper nesting than this (decode.go, maxNestingDepth). */
const MAX_DEPTH = 10_000;

/** Written in place of -0, of which JSON.stringify makes 0. No data contain it, because it is random. */
const NEGATIVE_ZERO = `-0 ${randomUUID()}`;

/**
 * JSON. Reads what Go wrote and writes what Go reads; a stored `null` is an empty session, as in Go.
 *
 * It writes only values that JSON gives back as they were, and refuses all others with their path:
 *
 * - strings of valid Unicode, booleans, null, finite numbers (-0 too);
 * - plain objects (of no class, made by `{}`, `Object.create(null)` or JSON.parse) with string keys; a property that is `undefined`
 *   is left out;
 * - arrays without empty places, and without other properties than their elements;
 * - up to 1000 levels of them.
 *
 * An object with a method `toJSON` is written as the result of that method, and read back as that: a `Date` as a string. This also
 * applies to instances of classes, which are refused without `toJSON`. The method is called twice, so it must have no side effects.
 *
 * @see boj/redistore JSONSerializer
 */
export const jsonSerializer: Serializer = {
  serialize(values) {
    const hasNegativeZero = check(values, false);
    const text = hasNegativeZero ? stringifyWithZeros(values) : JSON.stringify(values);
    // JSON.stringify writes half a surrogate pair as an escape. A backslash in the data looks the same.
    if (text.includes("\\ud")) check(values, true);
    return text;
  },

  deserialize(bytes) {
    const text = decodeUtf8(asBuffer(bytes));
    const values = parse(SURROGATE_ESCAPE.test(text) ? replaceLoneSurrogates(text) : text);
    if (values === null) return {};
    if (typeof values !== "object" || Array.isArray(values)) {
      throw new TypeError(
        `a session is a JSON object, not ${Array.isArray(values) ? "an array" : `a ${typeof values}`}`,
      );
    }
    if (mayExceedGo(text)) refuseBeyondGo(values);
    return values;
  },

  plainDataOnly: true,
};

/** Returns whether there is a -0. @throws UnserializableValue */
function check(values: object, withText: boolean): boolean {
  const { refusal, hasNegativeZero } = checkForJSON(values, withText);
  if (refusal) throw new UnserializableValue(refusal.path, `JSON cannot hold ${refusal.found}`);
  return hasNegativeZero;
}

function stringifyWithZeros(values: object): string {
  const replaceZero = (_key: string, value: unknown): unknown =>
    Object.is(value, -0) ? NEGATIVE_ZERO : value;
  return JSON.stringify(values, replaceZero).replaceAll(`"${NEGATIVE_ZERO}"`, "-0");
}

/** JSON.parse, whose errors quote the text: that would show values of the session in logs. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = error instanceof Error && / at position \d+/.exec(error.message)?.[0];
    // oxlint-disable-next-line eslint/preserve-caught-error -- the caught error is the one that quotes the text
    throw new TypeError(`it is not valid JSON${position || ""}`);
  }
}

/** As Go does it: one U+FFFD for each byte that is not UTF-8, where JavaScript replaces several bytes by one. */
function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd") || isUtf8(bytes)) return text;
  let replaced = "";
  let valid = 0; // The valid bytes before `at` begin here.
  for (let at = 0; at < bytes.length;) {
    const first = bytes.readUInt8(at);
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    // isUtf8 decides; the second byte is tested before, because a call for each of a million bytes takes a second.
    const isContinued = ((bytes[at + 1] ?? 0) & 0xc0) === 0x80;
    if (length === 1 || (isContinued && isUtf8(bytes.subarray(at, at + length)))) {
      at += length;
    } else {
      if (valid < at) replaced += bytes.toString("utf8", valid, at);
      replaced += "\ufffd";
      valid = ++at;
    }
  }
  return replaced + bytes.toString("utf8", valid);
}

/** An escape of half a surrogate pair; the other half may follow. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** A whole pair, a half (captured), or any other escape: so the second of two backslashes does not start an escape. */
const ESCAPES =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})|\\[^]/g;

/** As Go does it: half a pair becomes U+FFFD (decode.go, unquoteBytes). */
function replaceLoneSurrogates(text: string): string {
  return text.replaceAll(ESCAPES, (escape, half) => (half === undefined ? escape : "\\ufffd"));
}

// A number beyond the range needs an exponent of three digits, or 210 digits with an exponent of two. Each level of nesting needs two
// brackets.
function mayExceedGo(text: string): boolean {
  return text.length > 2 * MAX_DEPTH || /[eE]\+?\d{3}|\d{210}/.test(text);
}

// Not recursive: bytes in Redis must not be able to exhaust the stack.
function refuseBeyondGo(values: object): void {
  const parents: object[] = [values];
  const depths: number[] = [1];
  for (let parent = parents.pop(); parent; parent = parents.pop()) {
    const depth = depths.pop() as number;
    if (depth > MAX_DEPTH) throw new RangeError(`it is nested more than ${MAX_DEPTH} deep`);
    for (const key in parent) {
      const value = (parent as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) {
        parents.push(value);
        depths.push(depth + 1);
      } else if (value === Infinity || value === -Infinity) {
        throw new RangeError("it contains a number beyond the range of a 64-bit float");
      }
    }
  }
}
