// Reads the values that hold no others: booleans, numbers, strings, bytes.
import { type ByteReader } from "../wire/byte-reader.ts";
import type { Decoder } from "./decoder.ts";
import { GO_NAN, GO_NAN32, bitsToBytes, floatBits, nanAsFloat32 } from "../wire/float-bits.ts";
import { remember } from "../values/type-memory.ts";
import {
  type BytesType,
  type ComplexType,
  type FloatKind,
  type ScalarType,
  goBytes,
  goComplex128,
  goString,
} from "../types/go-type.ts";
import { Complex, GoValue } from "../values/go-values.ts";
import { holdsFloat32, holdsInteger, isUnsigned } from "../types/number-ranges.ts";

/** A string; where it is no UTF-8, its bytes in a GoValue, which JavaScript's string could not keep. */
export function decodeString(d: Decoder, type: ScalarType = goString): string | GoValue {
  const at = d.pos;
  const length = d.length("a string");
  const text = d.text(length);
  if (text !== undefined) return text;
  if (d.options.strict) d.fail("expected UTF-8 in a string", at);
  return new GoValue(type, takeBytes(d, length));
}

export function decodeScalar(d: Decoder, type: ScalarType): unknown {
  switch (type.kind) {
    case "bool":
      return d.uint() !== 0;
    case "string":
      return decodeString(d, type);
    case "float32":
    case "float64": {
      const value = decodeFloat(d, type.kind);
      return typeof value === "number" ? value : keptNaN(type, value);
    }
    default: {
      const at = d.pos;
      const value = isUnsigned(type.kind) ? d.uintValue() : d.int();
      // Beyond 2^53 only 64-bit kinds come here as they are: a BigInt fits them by nature, and no other kind.
      if (!holdsInteger(type.kind, value))
        d.fail(`an integer out of the range of ${type.text}`, at);
      return value;
    }
  }
}

export function decodeComplex(d: Decoder, type: ComplexType): Complex {
  const part: FloatKind = type.kind === "complex64" ? "float32" : "float64";
  const re = decodeFloat(d, part);
  const im = decodeFloat(d, part);
  const plain = typeof re === "number" && typeof im === "number";
  const value = plain ? new Complex(re, im) : Complex.fromBits(bitsOf(re), bitsOf(im));
  if (type !== goComplex128) remember(value, type);
  return value;
}

export function decodeBytes(d: Decoder, type: BytesType): Uint8Array {
  const value = takeBytes(d, d.length("a byte slice"));
  if (type !== goBytes) remember(value, type);
  return value;
}

/** A copy: what is read holds on to no buffer that is used again, and changing it changes nothing else. */
export function takeBytes(d: ByteReader, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  d.bytes.copy(bytes, 0, d.pos, d.pos + length);
  d.pos += length;
  return bytes;
}

function decodeFloat(d: Decoder, kind: FloatKind): number | bigint {
  const at = d.pos;
  const value = d.float();
  if (typeof value === "bigint") return kind === "float32" ? nanAsFloat32(value) : value;
  if (kind === "float64") return value;
  if (!holdsFloat32(value)) d.fail("a float out of the range of float32", at);
  return Math.fround(value);
}

// Go's own NaN is JavaScript's; the others are kept as they are.
function keptNaN(type: ScalarType, bits: bigint): number | GoValue {
  const plain = type.kind === "float32" ? GO_NAN32 : GO_NAN;
  return bits === plain ? Number.NaN : new GoValue(type, bitsToBytes(bits));
}

function bitsOf(value: number | bigint): bigint {
  return typeof value === "bigint" ? value : floatBits(value);
}
