// The interface values that sessions are made of, written at one go: strings, ints and booleans.
import type { Encoder } from "./encoder.ts";

// Name and type id, as `e.text(name)` and `e.typeId(type)` would write them: these types need no definition.
const STRING = Buffer.from("\x06string\x0c", "latin1");
const INT = Buffer.from("\x03int\x04", "latin1");
const TRUE = Buffer.from("\x04bool\x02\x02\x00\x01", "latin1");
const FALSE = Buffer.from("\x04bool\x02\x02\x00\x00", "latin1");

/** Writes `value` and says so, if its type is the one that JavaScript writes by itself. */
export function encodeUsual(e: Encoder, value: unknown): boolean {
  switch (typeof value) {
    case "string":
      encodeString(e, value);
      return true;
    case "number":
      if (!Number.isSafeInteger(value)) return false;
      encodeInt(e, value);
      return true;
    case "boolean":
      e.raw(value ? TRUE : FALSE);
      return true;
    default:
      return false;
  }
}

function encodeString(e: Encoder, text: string): void {
  e.raw(STRING);
  const outer = e.open();
  e.uint(0);
  e.wholeText(text);
  e.close(outer);
}

function encodeInt(e: Encoder, value: number): void {
  e.raw(INT);
  const outer = e.open();
  e.uint(0);
  e.int(value);
  e.close(outer);
}
