// The Go types that interface values may hold, by the names that gob.Register gives them.
import { type TypeSource, parseType, sliceOf } from "./parse-type.ts";
import {
  type Field,
  type GoType,
  type OpaqueCodec,
  type OpaqueType,
  type StructType,
  baseOf,
  basicTypes,
  goAnyMap,
  goList,
  goStringMap,
  goTimeType,
} from "./go-type.ts";
import { NameTable } from "./name-table.ts";

export interface GobStructOptions {
  /** The class that stands for the struct: what is read becomes an instance (its constructor does not run), instances can be written. */
  class?: abstract new (...args: never[]) => object;
}

export interface GobEncoderOptions<Value> {
  /** Which interface the Go type has: GobEncoder ("gob", the default), which wins, or encoding.BinaryMarshaler ("binary"). */
  method?: "gob" | "binary";
  /** Without it the value in JavaScript is the type's bytes, a Uint8Array. */
  codec?: OpaqueCodec<Value>;
}

/**
 * Mirrors Go's `gob.Register`: a type that travels as an interface value has to be known here, as in Go. `define...` says what a
 * named type is, `register` that interface values may hold it. Known from the start, beside Go's basics: `[]interface {}` (which
 * gorilla/sessions registers), `map[string]interface {}`, `map[interface {}]interface {}` and `time.Time`; the last three have to
 * be registered in Go, too, once JavaScript writes objects, Maps or Dates.
 *
 * Types are spelled as Go prints them, with full import paths: `[]github.com/acme/model.User`.
 */
export class GobRegistry {
  /** By spelling; the same spelling is always the same object. */
  readonly #types = new Map<string, GoType>();
  /** Interface names, by the spelling of the type behind all pointers. */
  readonly #names = new Map<string, string>();
  readonly #byName = new NameTable<GoType>();
  readonly #classes = new Map<object, StructType>();
  readonly #source: TypeSource = {
    named: (name) => {
      const type = this.#types.get(name);
      if (type) return type;
      throw new TypeError(
        `Go type "${name}" is not defined. Define it first: registry.defineStruct("${name}", { ... })`,
      );
    },
    intern: (type) => {
      const known = this.#types.get(type.text);
      if (!known) this.#types.set(type.text, type);
      return known ?? type;
    },
  };

  constructor() {
    for (const type of basicTypes) {
      this.#types.set(type.text, type);
      this.register(type.text);
    }
    for (const type of [goList, goStringMap, goAnyMap, goTimeType]) {
      this.#types.set(type.text, type);
      this.register(type.text);
    }
    for (const type of basicTypes) this.register(sliceOf(type).text);
  }

  /**
   * `type Name struct { ... }`. Fields are Go's exported ones, in Go's order, with their types; other fields never travel. A field
   * may name a type that is defined later, also this one behind a pointer, slice or map.
   *
   * @throws TypeError for a name that is taken, or a field that Go would not send.
   */
  defineStruct(
    name: string,
    fields: Readonly<Record<string, string>>,
    options: GobStructOptions = {},
  ): this {
    for (const field of Object.keys(fields)) {
      if (!/^\p{Lu}/u.test(field))
        throw new TypeError(
          `${name}.${field}: Go sends only fields whose name begins with a capital letter`,
        );
    }
    const resolve = (): readonly Field[] =>
      Object.entries(fields).map(([field, text]) => ({ name: field, type: this.type(text) }));
    let known: readonly Field[] | undefined;
    const type: StructType = {
      kind: "struct",
      ...spelling(name),
      prototype: options.class?.prototype as object | undefined,
      get fields() {
        if (known) return known;
        known = resolve();
        const own = known.find((field) => holdsItself(field.type, name));
        if (!own) return known;
        known = undefined;
        throw new TypeError(`${name}.${own.name} holds a ${name} inside itself: make it a pointer`);
      },
    };
    this.#define(type);
    if (type.prototype) this.#classes.set(type.prototype, type);
    return this;
  }

  /** `type Name underlying`, for anything but a struct: `defineType("main.Level", "int")`. */
  defineType(name: string, underlying: string): this {
    const type = this.type(underlying);
    if (type.kind === "struct" || type.kind === "opaque")
      throw new TypeError(`${name}: define it as ${type.text} is defined`);
    return this.#define({ ...type, ...spelling(name) });
  }

  /** A type that writes itself, as uuid.UUID and netip.Addr do. */
  defineEncoder<Value = Uint8Array>(name: string, options: GobEncoderOptions<Value> = {}): this {
    const { method = "gob", codec } = options;
    const type: OpaqueType = {
      kind: "opaque",
      ...spelling(name),
      method,
      codec,
    };
    return this.#define(type);
  }

  /** `gob.Register(value)`, for a value of this type: under the name that Go derives (type.go, Register). */
  register(type: string): this {
    const known = this.type(type);
    return this.registerName(known.name ? known.text : known.string, type);
  }

  /**
   * `gob.RegisterName(name, value)`.
   *
   * @throws TypeError where the name or the type is registered otherwise already; Go panics there.
   */
  registerName(name: string, type: string): this {
    const known = this.type(type);
    const base = baseOf(known).text;
    const [takenType, takenName] = [this.#byName.get(name), this.#names.get(base)];
    if (name === "") throw new TypeError("An interface name cannot be empty: gob writes nil so");
    if (takenType && takenType !== known)
      throw new TypeError(`"${name}" is registered as ${takenType.text}, not as ${known.text}`);
    if (takenName !== undefined && takenName !== name) {
      throw new TypeError(`${known.text} is registered as "${takenName}", not as "${name}"`);
    }
    this.#byName.set(name, known);
    this.#names.set(base, name);
    return this;
  }

  /** The type of this spelling. @throws TypeError where a name in it is not defined. */
  type(text: string): GoType {
    return this.#types.get(text) ?? parseType(text, this.#source);
  }

  /** The name under which interface values of this type travel; undefined where it is not registered. */
  nameOf(type: GoType): string | undefined {
    return this.#names.get(baseOf(type).text) ?? type.registered;
  }

  /** The type registered under a name that lies in bytes. */
  find(bytes: Uint8Array, start: number, length: number): GoType | undefined {
    return this.#byName.find(bytes, start, length);
  }

  /** The type registered under a name. */
  registered(name: string): GoType | undefined {
    return this.#byName.get(name);
  }

  /** The struct that instances of a class stand for, by the class's prototype. */
  ofClass(prototype: object): StructType | undefined {
    return this.#classes.get(prototype);
  }

  #define(type: GoType): this {
    if (!/^[^\s[\]*{}]+(\[.*\])?$/.test(type.text))
      throw new TypeError(`"${type.text}" is no name of a Go type`);
    if (this.#types.has(type.text))
      throw new TypeError(`Go type "${type.text}" is defined already`);
    this.#types.set(type.text, type);
    return this;
  }
}

/** `github.com/acme/model.User` is spelled `model.User` in composite types, and named `User`. */
function spelling(text: string): { text: string; string: string; name: string } {
  const [head = "", ...parameters] = text.split(/(?=\[)/);
  const string = head.slice(head.lastIndexOf("/") + 1);
  const rest = parameters.join("");
  return { text, string: string + rest, name: string.slice(string.lastIndexOf(".") + 1) + rest };
}

/** Whether a value of `type` holds a `name` in place, not behind a pointer, slice, map or interface. */
function holdsItself(type: GoType, name: string, seen: Set<GoType> = new Set()): boolean {
  if (type.kind === "array") return holdsItself(type.elem, name, seen);
  if (type.kind !== "struct") return false;
  if (type.text === name) return true;
  if (seen.has(type)) return false;
  seen.add(type);
  return type.fields.some((field) => holdsItself(field.type, name, seen));
}
