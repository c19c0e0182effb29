// The default serializer: JSON, as boj/redistore's JSONSerializer reads and writes it.
import { UnserializableValue, type Serializer } from "./serializer.ts";

/** Go's encoding/json reads no deeper nesting than this (decode.go, maxNestingDepth). */
const MAX_DEPTH = 10_000;

/**
 * JSON. Reads what Go wrote and writes what Go reads; a stored `null` is an empty session, as in Go.
 *
 * What JSON would drop or change in silence is refused with its path: functions, symbols, BigInt, NaN and infinities, `Map`, `Set`
 * and binary arrays. An object with a `toJSON` (a `Date`) is written as that says; `undefined` properties are left out.
 *
 * @see boj/redistore JSONSerializer
 */
export const jsonSerializer: Serializer = {
  serialize(values) {
    const lost = findLost(values);
    if (lost) throw new UnserializableValue(lost.path, `JSON has no ${lost.what}`);
    return JSON.stringify(values);
  },

  deserialize(bytes) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    const values: unknown = JSON.parse(text);
    if (values === null) return {};
    if (typeof values !== "object" || Array.isArray(values)) {
      throw new TypeError(
        `a session is a JSON object, not ${Array.isArray(values) ? "an array" : `a ${typeof values}`}`,
      );
    }
    if (mayHoldWhatGoRefuses(text)) refuseWhatGoRefuses(values);
    return values;
  },
};

interface Lost {
  readonly path: (string | number)[];
  readonly what: string;
}

// The path is put together on the way back from a find: the usual walk, which finds nothing, allocates nothing.
function findLost(parent: object): Lost | undefined {
  if (Array.isArray(parent)) {
    for (let index = 0; index < parent.length; index++) {
      const lost = lostIn(parent[index], index);
      if (lost) return lost;
    }
    return undefined;
  }
  for (const key of Object.keys(parent)) {
    const lost = lostIn((parent as Record<string, unknown>)[key], key);
    if (lost) return lost;
  }
  return undefined;
}

function lostIn(value: unknown, key: string | number): Lost | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : { path: [key], what: String(value) };
    case "object": {
      if (value === null || typeof (value as { toJSON?: unknown }).toJSON === "function")
        return undefined;
      if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) {
        return { path: [key], what: value.constructor.name };
      }
      const lost = findLost(value);
      lost?.path.unshift(key);
      return lost;
    }
    default:
      return { path: [key], what: typeof value };
  }
}

// It takes 309 digits or an exponent of three to leave the range, and more characters than that to nest too deep.
function mayHoldWhatGoRefuses(text: string): boolean {
  return text.length >= 309 || /\d[eE]\+?\d{3}/.test(text);
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
