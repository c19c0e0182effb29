// Encodes values and metadata as the bytes of a record, and decodes them: the serializer, the reserved key, the length limit.
import { isEncrypted } from "../codec/record-cipher.ts";
import { SerializationError, SessionTooLargeError } from "../errors.ts";
import { asBuffer } from "../serializers/as-buffer.ts";
import type { Serializer } from "../serializers/serializer.ts";
import { METADATA_KEY, formatMetadata, parseMetadata, type Metadata } from "./metadata.ts";

/** Values of one session, by key. */
export type Values = Record<string, unknown>;

/** A decoded record. `values` is the object that the serializer made, not a copy. */
export interface Content {
  readonly values: Values;
  readonly metadata: Metadata;
}

/** Whether the content is worth a record: it has a value, or belongs to a user. */
export function hasContent({ values, metadata }: Content): boolean {
  return (
    metadata.principal !== undefined || Object.keys(values).some((key) => values[key] !== undefined)
  );
}

/** Encodes and decodes records with one serializer and one length limit. */
export class RecordFormat {
  readonly #serializer: Serializer;
  readonly #maxLength: number;
  /** The longest record that is decoded, in bytes; 0 is no limit. */
  readonly maxReadLength: number;

  /** Whether equal plain data always give equal bytes. */
  get plainDataOnly(): boolean {
    return this.#serializer.plainDataOnly === true;
  }

  /** Both lengths are in bytes; 0 is no limit. */
  constructor(serializer: Serializer, maxLength: number, maxReadLength = 0) {
    this.#serializer = serializer;
    this.maxReadLength = maxReadLength && Math.max(maxReadLength, maxLength);
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

  /** Returns `bytes` if they are within the limit. @throws SessionTooLargeError */
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

  /** Like {@link encode} without the limit, for bytes that are compared and perhaps never stored. */
  encodeAnyLength(values: Values, metadata: Metadata): Buffer {
    if (Object.hasOwn(values, METADATA_KEY)) {
      throw new SerializationError(
        `The key "${METADATA_KEY}" is reserved for the store. Choose another name.`,
        { key: METADATA_KEY },
      );
    }
    return this.#serialize(values, formatMetadata(metadata));
  }

  /** @throws SerializationError if the bytes are not of this format */
  decode(bytes: Uint8Array): Content {
    if (this.maxReadLength > 0 && bytes.length > this.maxReadLength) {
      throw new SessionTooLargeError(
        `The stored session is ${bytes.length} bytes, over the limit of ${this.maxReadLength} for reading. Delete the record, or raise withMaxReadLength.`,
      );
    }
    if (isEncrypted(bytes)) {
      throw new SerializationError(
        "The stored session is encrypted, and this store has no withEncryptedValues. Add it, with the keys that the session was stored with, or delete the record.",
      );
    }
    return this.#decodeAnyLength(bytes);
  }

  #decodeAnyLength(bytes: Uint8Array): Content {
    try {
      const values = this.#serializer.deserialize(bytes) as Values;
      if (typeof values !== "object" || values === null)
        throw new TypeError("the serializer returned no object");
      // Without a prototype the keys "constructor" and "__proto__" are ordinary data.
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

  // The metadata are added to the object itself: a serializer may remember the types of values by their object.
  #serialize(values: Values, metadata: string | undefined): Buffer {
    if (metadata !== undefined) values[METADATA_KEY] = metadata;
    try {
      const data = this.#serializer.serialize(values);
      return typeof data === "string" ? Buffer.from(data) : asBuffer(data);
    } catch (cause) {
      const path = pathOf(cause) ?? this.#unserializableKey(values);
      throw new SerializationError(
        `The session cannot be stored: ${path === undefined ? "" : `"${path}": `}${reason(cause)}. Change the value, or choose a serializer that can hold it.`,
        { cause, key: path },
      );
    } finally {
      if (metadata !== undefined) delete values[METADATA_KEY];
    }
  }

  #unserializableKey(values: Values): string | undefined {
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
      return undefined; // The value cannot be serialized.
    }
  }
}

/** The path of the value that cannot be serialized, if the error has one, as `UnserializableValue` and the errors of @redistore/gob do. */
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
