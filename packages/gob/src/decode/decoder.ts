// The stream: messages, type definitions between and inside values, and what reading it may cost.
import { ByteReader } from "../wire/byte-reader.ts";
import { GobError, quote } from "../errors.ts";
import { type GoType, goAnyMap, goList, goStringMap, goTimeType } from "../types/go-type.ts";
import { type GobLimits, allowance } from "../limits.ts";
import type { GobRegistry } from "../types/registry.ts";
import { StreamTypes } from "../types/stream-types.ts";
import { TypeMismatch } from "../types/type-mismatch.ts";
import {
  FIRST_USER_ID,
  INTERFACE_ID,
  LAST_ID,
  type WireType,
  builtinId,
  readWireType,
} from "../types/wire-type.ts";

export interface DecoderOptions {
  readonly registry: GobRegistry;
  readonly limits: GobLimits;
  /** "keep": an interface value of an unregistered type is read as its definition tells, and written back under its name. */
  readonly unregistered: "error" | "keep";
  /** Refuse also what Go reads and no Go program writes. */
  readonly strict: boolean;
}

export class Decoder extends ByteReader {
  readonly options: DecoderOptions;
  #types: StreamTypes | undefined;
  /** The Go type of the value read last, where the value does not tell it (int64, float64, named scalars); see go-kinds.ts. */
  kind: GoType | undefined;
  /** The type id that was read last. */
  id = 0;
  readonly #wires = new Map<number, WireType>();
  #left: number;
  /** strict: where the present piece of the innermost interface value has to end. */
  #pieceEnd = 0;
  /** strict: how many interface values are open. Inside one no message ends. */
  #nested = 0;

  constructor(bytes: Buffer, options: DecoderOptions) {
    super(bytes);
    this.options = options;
    const { maxBytes } = options.limits;
    if (bytes.length > maxBytes)
      throw new GobError(`${bytes.length} bytes, over the limit of ${maxBytes} (maxBytes)`, "");
    this.#left = allowance(bytes.length, options.limits);
    this.end = 0;
  }

  get types(): StreamTypes {
    return (this.#types ??= new StreamTypes(this.#wires, this.options.limits.maxDepth, (units) =>
      this.charge(units),
    ));
  }

  /** The type as which a value of wire type `id` is read, where `type` is expected. */
  expect(type: GoType, id: number, at: number): GoType {
    if (this.#isUsual(type, id)) return type;
    try {
      return this.types.expect(type, id);
    } catch (error) {
      return this.rethrow(error, at);
    }
  }

  // Nearly all types of a session; there is nothing in them to look at further.
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
  charge(units: number): void {
    this.#left -= units;
    if (this.#left < 0) this.fail("too many values for so few bytes, or more than maxValues");
  }

  /** A count of elements. Each takes at least `least` bytes, also in later messages: no count can claim more than the stream holds. */
  count(least: number): number {
    const at = this.pos;
    const count = this.uint();
    const left = this.bytes.length - this.pos;
    if (count * least > left) this.fail(`${count} elements, but ${left} bytes are left`, at);
    this.charge(count * least);
    return count;
  }

  /** Goes into a container, and gives the place of its keys in the path. */
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

  /** The id of the top-level value, after the definitions before it. */
  firstId(): number {
    this.nextMessage();
    return this.#id(true);
  }

  /** decoder.go, decodeTypeSequence: the id of an interface's value, after the definitions before it. */
  nextId(): number {
    const { bytes, pos } = this;
    // The usual case: a basic type, whose id is one byte.
    const first = pos < this.end ? (bytes[pos] as number) : 0xff;
    if (first < 0x80 && (first & 1) === 0) {
      this.pos = pos + 1;
      return first >> 1;
    }
    return this.#id(false);
  }

  #id(top: boolean): number {
    for (;;) {
      const at = this.pos;
      const id = this.int();
      if (typeof id !== "number" || Math.abs(id) > LAST_ID) this.fail("a type id out of range", at);
      if (id >= 0) return id;
      this.#define(-id, at);
      // A definition ends a message, or the piece of an interface value that it is in; the next begins with its length.
      if (this.pos === this.end && this.#nested === 0) this.nextMessage();
      else if (top) this.fail("bytes between a type definition and the end of its message");
      else this.#nextPiece();
    }
  }

  #define(id: number, at: number): void {
    if (id < FIRST_USER_ID) this.fail(`type id ${id} cannot be defined`, at);
    if (this.#wires.has(id)) this.fail(`type id ${id} is defined twice`, at);
    this.charge(1);
    this.#wires.set(id, readWireType(this));
  }

  /** Goes on to the message that begins here. */
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
      this.fail("an interface value that does not end where its length says", pos);
    this.#pieceEnd = this.pos + length;
  }

  /** Begins an interface value, after its id. Go ignores the length that stands here; strict checks it. */
  open(): number {
    const outer = this.#pieceEnd;
    const length = this.uint();
    if (this.options.strict) {
      this.#pieceEnd = this.pos + length;
      this.#nested++;
    }
    return outer;
  }

  /** Ends an interface value, with what `open` gave. */
  close(outer: number): void {
    if (!this.options.strict) return;
    if (this.pos !== this.#pieceEnd)
      this.fail("an interface value that does not end where its length says");
    this.#pieceEnd = outer;
    this.#nested--;
  }

  /** After the top-level value. What follows is not read, as in Go; strict refuses it. */
  finish(): void {
    if (this.options.strict && this.pos !== this.bytes.length) this.fail("bytes after the value");
  }

  /** The zero that stands before every top-level and interface value but a struct (decode.go, decodeSingle). */
  singleton(): void {
    if (this.uint() !== 0) this.fail("expected the zero before a value", this.pos - 1);
  }

  /** The keys' id in a map that was matched with its type before. */
  keyId(id: number): number {
    const wire = this.#wires.get(id);
    return wire?.form === "map" ? wire.key : 0;
  }

  /** The elements' id in a value that was matched with its type before. */
  elemId(id: number): number {
    const wire = this.#wires.get(id);
    return wire && "elem" in wire ? wire.elem : 0;
  }

  /** For what knows types but not places: gives a TypeMismatch the place. */
  rethrow(error: unknown, at: number): never {
    if (error instanceof TypeMismatch) this.fail(error.message, at);
    throw error;
  }

  unregistered(name: string, at: number): never {
    this.fail(
      `the Go type ${quote(name)} is not registered: define it and registry.register it, or read with unregistered: "keep"`,
      at,
    );
  }
}
