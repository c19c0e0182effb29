// NaNs: JavaScript has one, IEEE 754 has many, and Go keeps them apart.

/** The bits of Go's `math.NaN()`, as which JavaScript's NaN is written. */
export const GO_NAN = 0x7ff8_0000_0000_0001n;
/** The same as a float32, widened: its last bits do not fit there. */
export const GO_NAN32 = 0x7ff8_0000_0000_0000n;

const FLOAT32_TAIL = 0x1fff_ffffn;
const QUIET = 0x0008_0000_0000_0000n;

const scratch = new DataView(new ArrayBuffer(8));

export function floatBits(value: number): bigint {
  if (value !== value) return GO_NAN;
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

export function floatFromBits(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

/** What Go makes of a NaN when it stores it in a float32. */
export function nanAsFloat32(bits: bigint): bigint {
  return (bits & ~FLOAT32_TAIL) | QUIET;
}

/** Eight bytes, most significant first: how a NaN is handed out that a number would not keep. */
export function bitsToBytes(bits: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, bits);
  return bytes;
}

export function bytesToBits(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
}
