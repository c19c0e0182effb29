// The stream that is written: messages, and type definitions between and inside values.
import { ByteWriter } from "../wire/byte-writer.ts";
import { GobError, type PathStep, formatPath } from "../errors.ts";
import { type GoType, baseOf } from "../types/go-type.ts";
import type { GobLimits } from "../limits.ts";
import type { GobRegistry } from "../types/registry.ts";
import type { TypeEntry, TypeIds } from "../types/type-ids.ts";

export interface EncoderOptions {
  readonly registry: GobRegistry;
  readonly limits: GobLimits;
  readonly ids: TypeIds;
}

export class Encoder extends ByteWriter {
  readonly options: EncoderOptions;
  readonly path: (PathStep | undefined)[] = [];
  depth = 0;
  /** The containers that the present value is in, to find cycles. */
  readonly #open = new Set<object>();
  /** Types that this stream knows, and their ids (Go: Encoder.sent). */
  readonly #sent = new Map<GoType, number>();
  /** Where the present message, or piece of the innermost interface value, has its length. */
  #piece = 0;

  constructor(options: EncoderOptions) {
    super();
    this.options = options;
    this.pos = 1;
  }

  fail(reason: string): never {
    throw new GobError(reason, formatPath(this.path.slice(0, this.depth)));
  }

  /** A string, if it can be written as it is: UTF-8 has no halves of surrogate pairs, and would get U+FFFD in their place. */
  wholeText(text: string): void {
    if (!this.text(text))
      this.fail("the string holds half of a surrogate pair, which UTF-8 cannot");
  }

  enter(container: object): void {
    if (this.#open.has(container))
      this.fail("a cycle: the value is inside itself, and gob has no references");
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

  /** Ends the last message, and gives the stream. */
  finish(): Buffer {
    this.prefixLength(this.#piece);
    return this.written();
  }

  /** Begins an interface value, after its id: leaves a byte for its length. */
  open(): number {
    const outer = this.#piece;
    this.#piece = this.pos;
    this.reserve(1);
    this.pos++;
    return outer;
  }

  /** Ends an interface value, with what `open` gave. */
  close(outer: number): void {
    this.prefixLength(this.#piece);
    this.#piece = outer;
  }

  /** The id of a value, after the definitions that the reader needs (encoder.go, sendTypeDescriptor and sendTypeId). */
  typeId(type: GoType): void {
    const base = baseOf(type);
    const known = this.#sent.get(base);
    if (known !== undefined) {
      this.int(known);
      return;
    }
    this.#send(type);
    const id = this.#sent.get(base) ?? this.options.ids.infoOf(type).id;
    this.#sent.set(base, id);
    this.int(id);
  }

  // encoder.go, sendType and sendActualType: a definition ends the message or piece; then come those of the types inside.
  #send(type: GoType): void {
    const base = baseOf(type);
    if (this.#sent.has(base)) return;
    const { id, definition } = this.options.ids.infoOf(type);
    if (!definition) return;
    this.int(-id);
    this.#define(definition);
    this.prefixLength(this.#piece);
    this.#piece = this.pos;
    this.reserve(1);
    this.pos++;
    this.#sent.set(base, id);
    if (base.kind === "struct") for (const field of base.fields) this.#send(field.type);
    else if (base.kind === "array" || base.kind === "slice") this.#send(base.elem);
    else if (base.kind === "map") {
      this.#send(base.key);
      this.#send(base.elem);
    }
  }

  // A wireType: a struct with one field, which says the form; a field is its number's distance to the last, zeros are left out.
  #define(entry: TypeEntry): void {
    const { type, inner } = entry;
    const [first, second] = inner;
    switch (type.kind) {
      case "array":
        this.#form(1, entry);
        this.#field(1, first);
        if (type.length > 0) {
          this.uint(1);
          this.int(type.length);
        }
        break;
      case "slice":
        this.#form(2, entry);
        this.#field(1, first);
        break;
      case "struct":
        this.#form(3, entry);
        if (type.fields.length > 0) {
          this.uint(1);
          this.uint(type.fields.length);
          for (const [index, field] of type.fields.entries())
            this.#namedId(field.name, inner[index]?.id ?? 0);
        }
        break;
      case "map":
        this.#form(4, entry);
        this.#field(1, first);
        this.#field(1, second);
        break;
      case "opaque":
        this.#form(type.method === "gob" ? 5 : type.method === "binary" ? 6 : 7, entry);
        break;
      default:
        throw new Error(`${type.text} needs no definition`);
    }
    this.uint(0);
    this.uint(0);
  }

  #form(number: number, entry: TypeEntry): void {
    this.uint(number);
    this.uint(1);
    this.#namedId(entry.name, entry.id);
  }

  #field(delta: number, entry: TypeEntry | undefined): void {
    this.uint(delta);
    this.int(entry?.id ?? 0);
  }

  #namedId(name: string, id: number): void {
    if (name !== "") {
      this.uint(1);
      this.text(name);
    }
    this.uint(name === "" ? 2 : 1);
    this.int(id);
    this.uint(0);
  }
}
