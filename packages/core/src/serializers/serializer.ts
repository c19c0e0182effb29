// The contract of a serializer: session values to bytes and back.

/**
 * Turns the values of one session into bytes and back. `serializerSuite` of `@redistore/core/testing` tests these rules:
 *
 * - `deserialize(serialize(values))` returns equal values, as far as the format can hold them, in a new object each time.
 * - Both methods are synchronous, and throw on a value they cannot handle. The store wraps the error in a `SerializationError`; it must not
 *   quote values, because errors are logged.
 * - Other programs can write the bytes in Redis. So `deserialize` must be safe on any input, and return an object whose own properties
 *   are the data.
 * - A format may have types that JavaScript lacks (Go's `int64`). `deserialize` may remember them by the object that it returns: the
 *   store adds and deletes properties of this same object and passes it to `serialize`.
 *
 * @see boj/redistore SessionSerializer
 */
export interface Serializer {
  /** Text is stored as UTF-8. */
  serialize(values: Readonly<Record<string, unknown>>): Uint8Array | string;
  deserialize(bytes: Uint8Array): object;
  /**
   * True if the format keeps only elements of arrays and enumerable string keys of objects, as JSON does. The store then compares only
   * these to find out whether values have changed, which is several times as fast. Default false.
   */
  readonly plainDataOnly?: boolean;
}

/** The steps of a path that are shown: the path of a cycle is long. */
const SHOWN_STEPS = 10;

/** Thrown by a serializer that can name the value it refuses; the store makes a `SerializationError` of it. */
export class UnserializableValue extends TypeError {
  /** Where the value is: `cart.items[2]` */
  readonly path: string;

  constructor(path: readonly (string | number)[], reason: string) {
    super(reason);
    this.name = "UnserializableValue";
    const shown = path
      .slice(0, SHOWN_STEPS)
      .map((step, depth) =>
        typeof step === "number" ? `[${step}]` : depth === 0 ? step : `.${step}`,
      )
      .join("");
    this.path = path.length > SHOWN_STEPS ? `${shown}...` : shown;
  }
}
