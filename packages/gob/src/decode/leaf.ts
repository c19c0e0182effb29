// Reads values that contain no others: booleans, numbers, strings, bytes, and those of types that encode themselves.
import {
  type BytesType,
  type ComplexType,
  type FloatKind,
  type OpaqueType,
  type ScalarType,
  goBytes,
  goComplex128,
  goString,
  goTimeType,
} from "../types/go-type.ts";
import { fitsFloat32, fitsInteger, isUnsigned } from "../types/number-ranges.ts";
import { decodeTime } from "../values/go-time.ts";
import { Complex, GoValue } from "../values/go-values.ts";
import { remember, rememberOther } from "../values/type-memory.ts";
import { GO_NAN, GO_NAN32, bitsToBytes, floatBits, nanAsFloat32 } from "../wire/float-bits.ts";
import type { Decoder } from "./decoder.ts";

/** Reads a string. If it is not UTF-8, its bytes are returned in a GoValue, because a JavaScript string cannot keep them. */
export function decodeString(decoder: Decoder, type: ScalarType = goString): string | GoValue {
  const at = decoder.pos;
  const length = decoder.length("a string");
  const text = decoder.text(length);
  if (text !== undefined) return text;
  if (decoder.options.strict) decoder.fail("expected UTF-8 in a string", at);
  return new GoValue(type, takeBytes(decoder, length));
}

export function decodeScalar(decoder: Decoder, type: ScalarType): unknown {
  switch (type.kind) {
    case "bool":
      return decoder.uint() !== 0;
    case "string":
      return decodeString(decoder, type);
    case "float32":
    case "float64": {
      const value = decodeFloat(decoder, type.kind);
      return typeof value === "number" ? value : nanOf(type, value);
    }
    default: {
      const at = decoder.pos;
      const value = isUnsigned(type.kind) ? decoder.uint64() : decoder.int();
      if (!fitsInteger(type.kind, value))
        decoder.fail(`an integer out of the range of ${type.text}`, at);
      return value;
    }
  }
}

export function decodeComplex(decoder: Decoder, type: ComplexType): Complex {
  const part: FloatKind = type.kind === "complex64" ? "float32" : "float64";
  const re = decodeFloat(decoder, part);
  const im = decodeFloat(decoder, part);
  const isPlain = typeof re === "number" && typeof im === "number";
  const value = isPlain ? new Complex(re, im) : Complex.fromBits(bitsOf(re), bitsOf(im));
  if (type !== goComplex128) remember(value, type);
  return value;
}

export function decodeBytes(decoder: Decoder, type: BytesType): Uint8Array {
  const value = takeBytes(decoder, decoder.length("a byte slice"));
  if (type !== goBytes) remember(value, type);
  return value;
}

/** Reads a value of a type that encodes itself: the result of its codec, or else the bytes. */
export function decodeOpaque(decoder: Decoder, type: OpaqueType): unknown {
  const at = decoder.pos;
  const length = decoder.length(`a ${type.text}`);
  const start = decoder.pos;
  if (type === goTimeType) {
    decoder.pos += length;
    return convert(decoder, type, at, () => decodeTime(decoder.bytes, start, length));
  }
  const bytes = takeBytes(decoder, length);
  const { codec } = type;
  const value = codec ? convert(decoder, type, at, () => codec.decode(bytes)) : bytes;
  if (value === null || value === undefined)
    decoder.fail(`${type.text}: its codec returned ${String(value)}`, at);
  if (typeof value === "object") rememberOther(value, type);
  return value;
}

function convert<Value>(
  decoder: Decoder,
  type: OpaqueType,
  at: number,
  decode: () => Value,
): Value {
  try {
    return decode();
  } catch (error) {
    return decoder.fail(
      `${type.text}: ${error instanceof Error ? error.message : String(error)}`,
      at,
    );
  }
}

// A copy: the value must not change with the buffer, nor keep it in memory.
function takeBytes(decoder: Decoder, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  decoder.bytes.copy(bytes, 0, decoder.pos, decoder.pos + length);
  decoder.pos += length;
  return bytes;
}

function decodeFloat(decoder: Decoder, kind: FloatKind): number | bigint {
  const at = decoder.pos;
  const value = decoder.float();
  if (typeof value === "bigint") return kind === "float32" ? nanAsFloat32(value) : value;
  if (kind === "float64") return value;
  if (!fitsFloat32(value)) decoder.fail("a float out of the range of float32", at);
  return Math.fround(value);
}

// Go's own NaN becomes JavaScript's; any other keeps its bits.
function nanOf(type: ScalarType, bits: bigint): number | GoValue {
  const plain = type.kind === "float32" ? GO_NAN32 : GO_NAN;
  return bits === plain ? Number.NaN : new GoValue(type, bitsToBytes(bits));
}

function bitsOf(value: number | bigint): bigint {
  return typeof value === "bigint" ? value : floatBits(value);
}
