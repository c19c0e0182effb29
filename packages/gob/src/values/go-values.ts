// Values of Go that JavaScript has no value for. Their classes are one per process: they are recognised by `instanceof`.
import { onePerProcess } from "../one-per-process.ts";
import type { GoType } from "../types/go-type.ts";
import { floatBits, floatFromBits } from "../wire/float-bits.ts";

/**
 * A value and the Go type to write it as: `goValue("float32", 1.5)`, `goValue("[]int64", [1, 2n])`, `goValue("main.Level", 3)`. It is
 * read back as the plain value, which keeps its type while it stays at its key.
 *
 * A plain value would lose two things, which are therefore read as a GoValue too: a string that is not UTF-8, and a NaN other than
 * Go's `math.NaN()`. Its `value` is a Uint8Array: the string's bytes, or the float's eight, most significant first.
 */
export interface GoValue {
  /** Go's spelling, or the type itself. */
  readonly type: string | GoType;
  readonly value: unknown;
  /** Lets a GoValue be used in calculations: `goValue("float32", 1.5) + 1`. */
  valueOf(): unknown;
  toJSON(): unknown;
}

/** The class of {@link goValue}'s values. */
export const GoValue: new (type: string | GoType, value: unknown) => GoValue = onePerProcess(
  "GoValue",
  class {
    static readonly name = "GoValue";
    readonly type: string | GoType;
    readonly value: unknown;

    constructor(type: string | GoType, value: unknown) {
      this.type = type;
      this.value = value;
    }

    valueOf(): unknown {
      return this.value;
    }

    toJSON(): unknown {
      return typeof this.value === "bigint" ? this.value.toString() : this.value;
    }
  },
);

/** Short for `new GoValue(type, value)`. */
export function goValue(type: string | GoType, value: unknown): GoValue {
  return new GoValue(type, value);
}

/** A complex128, or a complex64 if it was read as one or is in a `goValue("complex64", ...)`. */
export interface Complex {
  readonly re: number;
  readonly im: number;
  /** The parts as the bits of two float64s. */
  readonly bits: readonly [re: bigint, im: bigint];
}

interface ComplexClass {
  /** @param bits the IEEE bits of both parts, if one is a NaN that a number does not keep */
  new (re: number, im: number, bits?: readonly [re: bigint, im: bigint]): Complex;
  /** Makes a complex from the bits of two float64s. */
  fromBits(re: bigint, im: bigint): Complex;
}

/** The class of complex numbers: `new Complex(1, -1)`. */
export const Complex: ComplexClass = onePerProcess(
  "Complex",
  class {
    static readonly name = "Complex";
    readonly re: number;
    readonly im: number;
    readonly #bits: readonly [bigint, bigint] | undefined;

    constructor(re: number, im: number, bits?: readonly [re: bigint, im: bigint]) {
      this.re = re;
      this.im = im;
      this.#bits = bits;
    }

    static fromBits(re: bigint, im: bigint): Complex {
      return new Complex(floatFromBits(re), floatFromBits(im), [re, im]);
    }

    get bits(): readonly [re: bigint, im: bigint] {
      return this.#bits ?? [floatBits(this.re), floatBits(this.im)];
    }
  },
);
