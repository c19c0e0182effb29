// A serializer for what JSON cannot hold: Node's own structured-clone format.
import { deserialize, serialize } from "node:v8";
import type { Serializer } from "./serializer.ts";

/**
 * `Date`, `Map`, `Set`, `BigInt`, `RegExp`, bytes, `undefined`, NaN and cycles, in the format of `node:v8`. Functions and symbols are
 * refused; class instances come back as plain objects.
 *
 * For services on Node alone: nothing else reads the format, and an older Node may not read what a newer one wrote, so upgrade
 * all processes that share sessions before one of them writes.
 */
export const structuredSerializer: Serializer = {
  serialize(values) {
    return serialize(values);
  },

  deserialize(bytes) {
    // Node's typed arrays would share memory with what they are read from: a copy, or changing one would change the stored bytes.
    const values: unknown = deserialize(new Uint8Array(bytes));
    if (
      typeof values !== "object" ||
      values === null ||
      Object.getPrototypeOf(values) !== Object.prototype
    ) {
      throw new TypeError("a session is a plain object, this is something else");
    }
    return values;
  },
};
