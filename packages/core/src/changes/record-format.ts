// Between values and the bytes of a record: the serializer, the metadata beside the values, and the length limit.
import { asBuffer } from "../as-buffer.ts";
import { SerializationError, SessionTooLargeError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import { METADATA_KEY, formatMetadata, parseMetadata, type Metadata } from "./metadata.ts";

/** Values of one session, by key. */
export type Values = Record<string, unknown>;

/** A record, taken apart. `values` is the very object that the serializer made. */
export interface Content {
  readonly values: Values;
  readonly metadata: Metadata;
}

/** Whether there is anything in it that is worth a record. */
export function hasContent({ values, metadata }: Content): boolean {
  return (
    metadata.principal !== undefined || Object.keys(values).some((key) => values[key] !== undefined)
  );
}

/** Writes and reads records in one format. */
export class RecordFormat {
  readonly #serializer: Serializer;
  readonly #maxLength: number;
  readonly #maxReadLength: number;

  /** Whether values that hold the same plain data are written the same. */
  get plainDataOnly(): boolean {
    return this.#serializer.plainDataOnly === true;
  }

  /** Both lengths are in bytes; 0 is no limit. */
  constructor(serializer: Serializer, maxLength: number, maxReadLength = 0) {
    this.#serializer = serializer;
    this.#maxReadLength = maxReadLength && Math.max(maxReadLength, maxLength);
    // A record that could not be read again must not be written.
    this.#maxLength = maxLength || maxReadLength;
  }

  /**
   * @throws SerializationError with the path of the value; SessionTooLargeError
   * @see redistore.go save: "SessionStore: the value to store is too big"
   */
  encode(values: Values, metadata: Metadata): Buffer {
    return this.limit(this.encodeAnyLength(values, metadata));
  }

  /** Gives `bytes` back. @throws SessionTooLargeError */
  limit(bytes: Buffer): Buffer {
    if (this.#maxLength > 0 && bytes.length > this.#maxLength) {
      const { key, length } = this.#largest(this.#decodeAnyLength(bytes).values);
      throw new SessionTooLargeError(
        `The session is ${bytes.length} bytes, over the limit of ${this.#maxLength}; its largest key is "${key}" with ${length}. Keep large data elsewhere and its key here, or raise withMaxLength.`,
        { key },
      );
    }
    return bytes;
  }

  /** The same without the limit, for bytes that are not to be stored, or not yet. */
  encodeAnyLength(values: Values, metadata: Metadata): Buffer {
    if (Object.hasOwn(values, METADATA_KEY)) {
      throw new SerializationError(
        `The key "${METADATA_KEY}" is reserved for the store. Choose another name.`,
        {
          key: METADATA_KEY,
        },
      );
    }
    return this.#serialize(values, formatMetadata(metadata));
  }

  /** @throws SerializationError where the bytes are not of this format */
  decode(bytes: Uint8Array): Content {
    if (this.#maxReadLength > 0 && bytes.length > this.#maxReadLength) {
      throw new SessionTooLargeError(
        `The stored session is ${bytes.length} bytes, over the limit of ${this.#maxReadLength} for reading. Delete the record, or raise withMaxReadLength.`,
      );
    }
    return this.#decodeAnyLength(bytes);
  }

  #decodeAnyLength(bytes: Uint8Array): Content {
    try {
      const values = this.#serializer.deserialize(bytes) as Values;
      if (typeof values !== "object" || values === null)
        throw new TypeError("the serializer gave no object");
      // Without a prototype no key of the data ("constructor", "__proto__") means anything else.
      Object.setPrototypeOf(values, null);
      const metadata = parseMetadata(values[METADATA_KEY]);
      if (METADATA_KEY in values) delete values[METADATA_KEY];
      return { values, metadata };
    } catch (error) {
      const cause = withoutQuotation(error);
      throw new SerializationError(
        `The stored session cannot be read (${reason(cause)}). Another program or another serializer wrote it: give each its own withKeyPrefix, or delete the record.`,
        { cause },
      );
    }
  }

  // The metadata go through the very object, not a copy: a serializer may remember kinds of values by their object.
  #serialize(values: Values, metadata: string | undefined): Buffer {
    if (metadata !== undefined) values[METADATA_KEY] = metadata;
    try {
      const data = this.#serializer.serialize(values);
      return typeof data === "string" ? Buffer.from(data) : asBuffer(data);
    } catch (cause) {
      const path = pathOf(cause) ?? this.#offender(values);
      throw new SerializationError(
        `The session cannot be stored: ${path === undefined ? "" : `"${path}": `}${reason(cause)}. Change the value, or choose a serializer that can hold it.`,
        { cause, key: path },
      );
    } finally {
      if (metadata !== undefined) delete values[METADATA_KEY];
    }
  }

  #offender(values: Values): string | undefined {
    return Object.keys(values).find((key) => this.#lengthOf(key, values[key]) === undefined);
  }

  #largest(values: Values): { key: string; length: number } {
    let largest = { key: "", length: 0 };
    for (const key of Object.keys(values)) {
      const length = this.#lengthOf(key, values[key]) ?? 0;
      if (length > largest.length) largest = { key, length };
    }
    return largest;
  }

  #lengthOf(key: string, value: unknown): number | undefined {
    try {
      return Buffer.byteLength(this.#serializer.serialize({ [key]: value }));
    } catch {
      return undefined; // The question was whether it can be serialized; this is the answer.
    }
  }
}

/** Where the serializer found what it cannot carry, if it says so: as `UnserializableValue` and the errors of @redistore/gob do. */
function pathOf(cause: unknown): string | undefined {
  const path = cause instanceof Error && "path" in cause ? cause.path : undefined;
  return typeof path === "string" && path !== "" ? path : undefined;
}

/** The SyntaxError of JSON.parse quotes the stored text, which must not reach a log. */
function withoutQuotation(error: unknown): unknown {
  return error instanceof SyntaxError ? new TypeError("it is not valid JSON") : error;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
