// Reads a stream: its messages, and the type definitions between and inside values. Counts the cost of reading.
import { GobError, TypeMismatch, quote } from "../errors.ts";
import { type GobLimits, maxValuesFor } from "../limits.ts";
import { INTERFACE_ID, builtinId } from "../types/builtin-ids.ts";
import { type GoType, goAnyMap, goList, goStringMap, goTimeType } from "../types/go-type.ts";
import type { GobRegistry } from "../types/registry.ts";
import { StreamTypes } from "../types/stream-types.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import { FIRST_USER_ID, LAST_ID, type WireType, readWireType } from "../wire/wire-type.ts";

export interface DecoderOptions {
  readonly registry: GobRegistry;
  readonly limits: GobLimits;
  /** "keep": read an interface value of an unregistered type by its definition, and write it back under its name. */
  readonly unregistered: "error" | "keep";
  /** Refuse input that Go accepts but no Go program writes. */
  readonly strict: boolean;
}

export class Decoder extends ByteReader {
  readonly options: DecoderOptions;
  /** The Go type of the interface value read last, if it must be remembered; see values/type-memory.ts. */
  typeToKeep: GoType | undefined;
  /** The type id read last. */
  id = 0;
  readonly #wires = new Map<number, WireType>();
  #types: StreamTypes | undefined;
  #valuesLeft: number;
  /** strict: where the current piece of the innermost interface value must end. */
  #pieceEnd = 0;
  /** strict: how many interface values are open. No message ends inside one. */
  #openInterfaces = 0;

  constructor(bytes: Buffer, options: DecoderOptions) {
    super(bytes);
    this.options = options;
    const { maxBytes } = options.limits;
    if (bytes.length > maxBytes)
      throw new GobError(`${bytes.length} bytes, over the limit of ${maxBytes} (maxBytes)`, "");
    this.#valuesLeft = maxValuesFor(bytes.length, options.limits);
    this.end = 0;
  }

  get types(): StreamTypes {
    return (this.#types ??= new StreamTypes({
      wires: this.#wires,
      maxDepth: this.options.limits.maxDepth,
      countValues: (count) => this.countValues(count),
    }));
  }

  /** The type to read a value of wire type `id` as, where `type` is expected. `at` is the place for an error. */
  typeToRead(type: GoType, id: number, at: number): GoType {
    if (this.#isUsual(type, id)) return type;
    try {
      return this.types.typeToRead(type, id);
    } catch (error) {
      return this.rethrow(error, at);
    }
  }

  // Nearly all types in sessions. They contain nothing to compare.
  #isUsual(type: GoType, id: number): boolean {
    const builtin = builtinId(type.kind);
    if (builtin > 0) return builtin === id;
    const wire = this.#wires.get(id);
    if (type === goList) return wire?.form === "slice" && wire.elem === INTERFACE_ID;
    if (type === goTimeType) return wire?.form === "opaque" && wire.method === "gob";
    if (type !== goStringMap && type !== goAnyMap) return false;
    return (
      wire?.form === "map" && wire.elem === INTERFACE_ID && wire.key === builtinId(type.key.kind)
    );
  }

  /** Counts values against the limit. */
  countValues(count: number): void {
    this.#valuesLeft -= count;
    if (this.#valuesLeft < 0) this.fail("too many values for so few bytes, or more than maxValues");
  }

  /** Reads a count of elements that take at least `minBytes` each. It is refused if the rest of the stream is too short for them. */
  elementCount(minBytes: number): number {
    const at = this.pos;
    const count = this.uint();
    const left = this.bytes.length - this.pos;
    if (count * minBytes > left) this.fail(`${count} elements, but ${left} bytes are left`, at);
    this.countValues(count * minBytes);
    return count;
  }

  /** Enters a container, and returns the index of its keys in the path. */
  enter(): number {
    const level = this.depth++;
    if (this.depth > this.options.limits.maxDepth) {
      this.fail(`nested more than ${this.options.limits.maxDepth} deep (maxDepth)`);
    }
    this.path[level] = undefined;
    return level;
  }

  leave(): void {
    this.depth--;
  }

  /** Reads the id of the top-level value, and the definitions before it. */
  topLevelId(): number {
    this.nextMessage();
    return this.#readId(true);
  }

  /** Reads the id of an interface's value, and the definitions before it (decode.go, decodeTypeSequence). */
  nextId(): number {
    const { bytes, pos } = this;
    // The usual case: a basic type, whose id is one byte.
    const first = pos < this.end ? (bytes[pos] as number) : 0xff;
    if (first < 0x80 && (first & 1) === 0) {
      this.pos = pos + 1;
      return first >> 1;
    }
    return this.#readId(false);
  }

  #readId(isTopLevel: boolean): number {
    for (;;) {
      const at = this.pos;
      const id = this.int();
      if (typeof id !== "number" || Math.abs(id) > LAST_ID) this.fail("a type id out of range", at);
      if (id >= 0) return id;
      this.#define(-id, at);
      // A definition ends a message, or one piece of an interface value. The next piece begins with its length.
      if (this.pos === this.end && this.#openInterfaces === 0) this.nextMessage();
      else if (isTopLevel) this.fail("bytes between a type definition and the end of its message");
      else this.#nextPiece();
    }
  }

  #define(id: number, at: number): void {
    if (id < FIRST_USER_ID) this.fail(`type id ${id} cannot be defined`, at);
    if (this.#wires.has(id)) this.fail(`type id ${id} is defined twice`, at);
    const wire = readWireType(this);
    this.countValues(wire.form === "struct" ? 1 + wire.fields.length : 1);
    this.#wires.set(id, wire);
  }

  /** Reads the length of the message that begins here. */
  nextMessage(): void {
    this.end = this.bytes.length;
    const length = this.length("a message");
    this.end = this.pos + length;
    this.#pieceEnd = this.end;
  }

  #nextPiece(): void {
    const { pos } = this;
    const length = this.uint();
    if (!this.options.strict) return;
    if (pos !== this.#pieceEnd)
      this.fail("an interface value does not end where its length says", pos);
    this.#pieceEnd = this.pos + length;
  }

  /** Begins an interface value after its id, and returns a token for `endInterface`. Go ignores its length; strict checks it. */
  beginInterface(): number {
    const outer = this.#pieceEnd;
    const length = this.uint();
    if (this.options.strict) {
      this.#pieceEnd = this.pos + length;
      this.#openInterfaces++;
    }
    return outer;
  }

  endInterface(outer: number): void {
    if (!this.options.strict) return;
    if (this.pos !== this.#pieceEnd)
      this.fail("an interface value does not end where its length says");
    this.#pieceEnd = outer;
    this.#openInterfaces--;
  }

  /** Ends the stream after the top-level value. Go ignores any bytes that follow; strict refuses them. */
  finish(): void {
    if (this.options.strict && this.pos !== this.bytes.length) this.fail("bytes after the value");
  }

  /** Reads the zero before every top-level and interface value that is not a struct (decode.go, decodeSingle). */
  zeroBeforeValue(): void {
    if (this.uint() !== 0) this.fail("expected the zero before a value", this.pos - 1);
  }

  /** The id of the keys in a map that was already matched with its type. */
  keyId(id: number): number {
    const wire = this.#wires.get(id);
    return wire?.form === "map" ? wire.key : 0;
  }

  /** The id of the elements in a value that was already matched with its type. */
  elemId(id: number): number {
    const wire = this.#wires.get(id);
    return wire && "elem" in wire ? wire.elem : 0;
  }

  /** Turns a TypeMismatch into a GobError with its position. */
  rethrow(error: unknown, at: number): never {
    if (error instanceof TypeMismatch) this.fail(error.message, at);
    throw error;
  }

  failUnregistered(name: string, at: number): never {
    this.fail(
      `the Go type ${quote(name)} is not registered: define it and call registry.register, or read with unregistered: "keep"`,
      at,
    );
  }
}
