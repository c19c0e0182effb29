// Writes the most common interface values without a look-up of their types: strings, ints, floats, booleans.
import { floatBits } from "../wire/float-bits.ts";
import type { Encoder } from "./encoder.ts";

// Name and type id, as `encoder.text(name)` and `encoder.typeId(type)` would write them: these types need no definition.
const STRING = Buffer.from("\x06string\x0c", "latin1");
const INT = Buffer.from("\x03int\x04", "latin1");
const FLOAT = Buffer.from("\x07float64\x08", "latin1");
const TRUE = Buffer.from("\x04bool\x02\x02\x00\x01", "latin1");
const FALSE = Buffer.from("\x04bool\x02\x02\x00\x00", "latin1");

/** Returns false, and writes nothing, if the default type of the value is another one. */
export function encodeCommon(encoder: Encoder, value: unknown): boolean {
  switch (typeof value) {
    case "string":
      encodeString(encoder, value);
      return true;
    case "number":
      if (Number.isSafeInteger(value)) encodeInt(encoder, value);
      else encodeFloat(encoder, value);
      return true;
    case "boolean":
      encoder.raw(value ? TRUE : FALSE);
      return true;
    default:
      return false;
  }
}

function encodeString(encoder: Encoder, text: string): void {
  encoder.raw(STRING);
  const outer = encoder.beginInterface();
  encoder.uint(0);
  encoder.text(text);
  encoder.endInterface(outer);
}

function encodeInt(encoder: Encoder, value: number): void {
  encoder.raw(INT);
  const outer = encoder.beginInterface();
  encoder.uint(0);
  encoder.int(value);
  encoder.endInterface(outer);
}

function encodeFloat(encoder: Encoder, value: number): void {
  encoder.raw(FLOAT);
  const outer = encoder.beginInterface();
  encoder.uint(0);
  encoder.float(floatBits(value));
  encoder.endInterface(outer);
}
