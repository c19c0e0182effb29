// The bits of floats. JavaScript has one NaN, IEEE 754 has many, and Go tells them apart.

/** The bits of Go's `math.NaN()`. JavaScript's NaN is written as these. */
export const GO_NAN = 0x7ff8_0000_0000_0001n;
/** The bits of Go's NaN after it was a float32, which loses the last bits. */
export const GO_NAN32 = 0x7ff8_0000_0000_0000n;

/** The bits of a float64 that a float32 has no room for. */
const FLOAT32_TAIL = 0x1fff_ffffn;
/** Go sets this bit when it converts a NaN. */
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

/** The bits of a NaN after Go stored it in a float32. */
export function nanAsFloat32(bits: bigint): bigint {
  return (bits & ~FLOAT32_TAIL) | QUIET;
}

/** Eight bytes, most significant first. A NaN that a number does not keep is handed out so. */
export function bitsToBytes(bits: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, bits);
  return bytes;
}

export function bytesToBits(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
}
