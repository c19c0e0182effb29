// Go values that JavaScript has no value for.
import { floatBits, floatFromBits } from "../wire/float-bits.ts";
import type { GoType } from "../types/go-type.ts";

/**
 * A value with the Go type it is to be written as: `goValue("float32", 1.5)`, `goValue("[]int64", [1, 2n])`,
 * `goValue("main.Level", 3)`. Read back it is the plain value again, which keeps its type for as long as it stays where it is.
 *
 * What a plain value would lose is read as one, too: a string that is no UTF-8, and a NaN that is not Go's `math.NaN()`. There `value`
 * is a Uint8Array: the string's bytes, or the float's eight, most significant first.
 */
export class GoValue {
  /** Go's spelling, or the type itself. */
  readonly type: string | GoType;
  readonly value: unknown;

  constructor(type: string | GoType, value: unknown) {
    this.type = type;
    this.value = value;
  }

  /** For calculations, also `goValue("float32", 1.5) + 1`. */
  valueOf(): unknown {
    return this.value;
  }

  toJSON(): unknown {
    return typeof this.value === "bigint" ? this.value.toString() : this.value;
  }
}

/** `new GoValue(type, value)` */
export function goValue(type: string | GoType, value: unknown): GoValue {
  return new GoValue(type, value);
}

/** A complex128, or, read from Go or with `goValue("complex64", ...)`, a complex64. */
export class Complex {
  readonly re: number;
  readonly im: number;
  /** The IEEE bits of both parts, where they are NaNs that a number does not keep. */
  readonly #bits: readonly [bigint, bigint] | undefined;

  constructor(re: number, im: number, bits?: readonly [re: bigint, im: bigint]) {
    this.re = re;
    this.im = im;
    this.#bits = bits;
  }

  /** The parts as the bits of float64s. */
  static fromBits(re: bigint, im: bigint): Complex {
    return new Complex(floatFromBits(re), floatFromBits(im), [re, im]);
  }

  /** The parts as the bits of float64s; a NaN is Go's. */
  get bits(): readonly [re: bigint, im: bigint] {
    return this.#bits ?? [floatBits(this.re), floatBits(this.im)];
  }
}
