// The contract of a serializer: session values to bytes and back.

/**
 * Turns the values of one session into bytes and back.
 *
 * - `deserialize(serialize(values))` gives equal values, as far as the format can hold them, in an object of its own:
 *   changing it changes nothing that was deserialized before.
 * - Both throw on what they cannot carry (the store wraps that in a `SerializationError`); neither is ever given, or may
 *   return, a promise.
 * - `deserialize` is handed bytes from Redis, which other programs can write: it must be safe on any input, and its
 *   result must be an object whose own properties are the data.
 * - Kinds the format knows and JavaScript does not (Go's `int64`) may be remembered per object that `deserialize` made: the
 *   store adds and deletes properties of that very object and hands it back to `serialize`.
 *
 * @see boj/redistore SessionSerializer
 */
export interface Serializer {
  /** Text is stored as UTF-8. */
  serialize(values: Readonly<Record<string, unknown>>): Uint8Array | string;
  deserialize(bytes: Uint8Array): object;
  /**
   * True where of objects and arrays nothing counts but elements and enumerable properties with a string for a name, as in JSON. What is
   * hidden otherwise (a property of an array, a symbol) is then not looked for when the store finds out whether values were changed,
   * which is several times as fast. Default false.
   */
  readonly plainDataOnly?: boolean;
}

/** Steps of a path that are shown: of a cycle there is no end. */
const SHOWN_STEPS = 10;

/** Thrown by a serializer that can name the value it cannot carry; the store makes a `SerializationError` of it. */
export class UnserializableValue extends TypeError {
  /** `cart.items[2]` */
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
