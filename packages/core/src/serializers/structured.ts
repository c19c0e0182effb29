// A serializer for values that JSON cannot hold: the structured-clone format of node:v8.
import { deserialize, serialize } from "node:v8";
import type { Serializer } from "./serializer.ts";

/**
 * Keeps `Date`, `Map`, `Set`, `BigInt`, `RegExp`, bytes, `undefined`, NaN and cycles. Functions and symbols are refused. Instances of
 * classes come back as plain objects.
 *
 * Only Node reads the format, and an older Node may not read what a newer one wrote. So upgrade all processes that share sessions before
 * one of them writes.
 */
export const structuredSerializer: Serializer = {
  serialize(values) {
    return serialize(values);
  },

  deserialize(bytes) {
    // A copy: typed arrays share memory with the bytes they are read from, so changing one would change those bytes.
    const values: unknown = deserialize(new Uint8Array(bytes));
    if (
      typeof values !== "object" ||
      values === null ||
      Object.getPrototypeOf(values) !== Object.prototype
    ) {
      throw new TypeError("a session is a plain object, and this is not one");
    }
    return values;
  },
};
