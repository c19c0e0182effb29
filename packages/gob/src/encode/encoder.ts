// Writes a stream: its messages, and the type definitions between and inside values.
import type { GobLimits } from "../limits.ts";
import { type GoType, baseOf } from "../types/go-type.ts";
import type { GobRegistry } from "../types/registry.ts";
import type { TypeIds } from "../types/type-ids.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import { writeWireType } from "../wire/wire-type.ts";

export interface EncoderOptions {
  readonly registry: GobRegistry;
  readonly limits: GobLimits;
  readonly ids: TypeIds;
}

export class Encoder extends ByteWriter {
  readonly options: EncoderOptions;
  /** The containers around the current value, to find cycles. */
  readonly #open = new Set<object>();
  /** The ids of the types that this stream has defined (Go: Encoder.sent). */
  readonly #sent = new Map<GoType, number>();
  /** Where the length of the current message goes, or of the current piece of the innermost interface value. */
  #pieceStart: number;

  constructor(options: EncoderOptions) {
    super();
    this.options = options;
    this.#pieceStart = this.leaveLength();
  }

  enter(container: object): void {
    if (this.#open.has(container))
      this.fail("a cycle: the value contains itself, and gob has no references");
    this.#open.add(container);
    if (++this.depth > this.options.limits.maxDepth) {
      this.fail(`nested more than ${this.options.limits.maxDepth} deep (maxDepth)`);
    }
    this.path[this.depth - 1] = undefined;
  }

  leave(container: object): void {
    this.#open.delete(container);
    this.depth--;
  }

  /** Ends the last message, and returns the stream. */
  finish(): Buffer {
    this.fillLength(this.#pieceStart);
    return this.takeBytes();
  }

  /** Begins an interface value after its id, and returns a token for `endInterface`. */
  beginInterface(): number {
    const outer = this.#pieceStart;
    this.#pieceStart = this.leaveLength();
    return outer;
  }

  endInterface(outer: number): void {
    this.fillLength(this.#pieceStart);
    this.#pieceStart = outer;
  }

  /** Writes the id of a value's type, after the definitions that the reader needs (encoder.go, sendTypeDescriptor and sendTypeId). */
  typeId(type: GoType): void {
    const base = baseOf(type);
    const known = this.#sent.get(base);
    if (known !== undefined) {
      this.int(known);
      return;
    }
    this.#define(type);
    const id = this.#sent.get(base) ?? this.options.ids.infoOf(type).id;
    this.#sent.set(base, id);
    this.int(id);
  }

  // encoder.go, sendType and sendActualType: a definition ends the message or piece. The definitions of the types inside follow.
  #define(type: GoType): void {
    const base = baseOf(type);
    if (this.#sent.has(base)) return;
    const { id, definition } = this.options.ids.infoOf(type);
    if (!definition) return;
    this.int(-id);
    writeWireType(this, definition.id, definition.wire);
    this.fillLength(this.#pieceStart);
    this.#pieceStart = this.leaveLength();
    this.#sent.set(base, id);
    if (base.kind === "struct") for (const field of base.fields) this.#define(field.type);
    else if (base.kind === "array" || base.kind === "slice") this.#define(base.elem);
    else if (base.kind === "map") {
      this.#define(base.key);
      this.#define(base.elem);
    }
  }
}
