// The Go types that interface values may have, by the names that gob.Register gives them.
import { checkOptionNames, checkOptionValue } from "../option-names.ts";
import {
  type Field,
  type GoType,
  type OpaqueCodec,
  type OpaqueType,
  type StructType,
  baseOf,
  basicTypes,
  goAnyMap,
  goBytes,
  goList,
  goStringMap,
  goTimeType,
} from "./go-type.ts";
import { NameTable } from "./name-table.ts";
import { type TypeSource, parseType, sliceOf } from "./parse-type.ts";

export interface GobStructOptions {
  /** The class that represents the struct. Structs are read as instances, without a call of the constructor; instances can be written. */
  class?: abstract new (...args: never[]) => object;
}

export interface GobEncoderOptions<Value> {
  /** The Go interface that the type implements: GobEncoder ("gob", the default) or encoding.BinaryMarshaler ("binary"). Of both, Go takes the first. */
  method?: "gob" | "binary";
  /** Converts the type's bytes to a JavaScript value and back. Default: the value is the bytes, a Uint8Array. */
  codec?: OpaqueCodec<Value>;
}

/**
 * Mirrors Go's `gob.Register`: the type of every interface value must be registered here, as in Go. `defineStruct`, `defineType` and
 * `defineEncoder` describe a named type; `register` allows it in interface values. Registered from the start are Go's basic types
 * and slices of them, `[]interface {}` (which gorilla/sessions registers), `map[string]interface {}`, `map[interface {}]interface {}`
 * and `time.Time`. The last three must be registered in Go too before JavaScript writes objects, Maps or Dates.
 *
 * Types are spelled as Go prints them, with full import paths: `[]github.com/acme/model.User`.
 *
 * @example
 * const registry = new GobRegistry()
 *   .defineStruct("github.com/acme/model.User", { Name: "string", Age: "int" })
 *   .register("github.com/acme/model.User");
 * const serializer = gobSerializer({ registry });
 */
export class GobRegistry {
  /** By spelling. The same spelling is always the same object. */
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
    for (const type of [...basicTypes, goList, goStringMap, goAnyMap, goBytes, goTimeType]) {
      this.#types.set(type.text, type);
      this.register(type.text);
    }
    for (const type of basicTypes) this.register(sliceOf(type).text);
  }

  /**
   * Defines `type Name struct { ... }`. `fields` are Go's exported fields with their types, in Go's order. A field's type may be
   * defined later. It may be the struct itself behind a pointer, slice or map.
   *
   * @throws TypeError if the name is taken, a field is not exported, or an option is unknown.
   */
  defineStruct(
    name: string,
    fields: Readonly<Record<string, string>>,
    options: GobStructOptions = {},
  ): this {
    checkOptionNames("defineStruct", options, ["class"]);
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
      ...namesOf(name),
      prototype: options.class?.prototype as object | undefined,
      // Resolved at first use, when the types of all fields have been defined.
      get fields() {
        if (known) return known;
        known = resolve();
        const own = known.find((field) => contains(field.type, name));
        if (!own) return known;
        known = undefined;
        throw new TypeError(
          `${name}.${own.name} contains a ${name}, which would be endless: make it a pointer`,
        );
      },
    };
    this.#define(type);
    if (type.prototype) this.#classes.set(type.prototype, type);
    return this;
  }

  /**
   * Defines `type Name underlying`, for any type but a struct: `defineType("main.Level", "int")`.
   *
   * @throws TypeError if the name is taken, or `underlying` is a struct or a type that encodes itself.
   */
  defineType(name: string, underlying: string): this {
    const type = this.type(underlying);
    if (type.kind === "struct" || type.kind === "opaque")
      throw new TypeError(
        `${name}: use ${type.kind === "struct" ? "defineStruct" : "defineEncoder"}, as for ${type.text}`,
      );
    return this.#define({ ...type, ...namesOf(name) });
  }

  /**
   * Defines a type that encodes itself, such as uuid.UUID or netip.Addr.
   *
   * @throws TypeError if the name is taken, or an option is unknown or invalid.
   */
  defineEncoder<Value = Uint8Array>(name: string, options: GobEncoderOptions<Value> = {}): this {
    checkOptionNames("defineEncoder", options, ["method", "codec"]);
    const { method = "gob", codec } = options;
    checkOptionValue("method", method, ["gob", "binary"]);
    const type: OpaqueType = { kind: "opaque", ...namesOf(name), method, codec };
    return this.#define(type);
  }

  /** `gob.Register(value)`, for a value of this type. The name is the one that Go derives (type.go, Register). */
  register(type: string): this {
    const known = this.type(type);
    return this.registerName(known.name ? known.text : known.string, type);
  }

  /**
   * `gob.RegisterName(name, value)`, for a value of this type.
   *
   * @throws TypeError if the name has another type already, or the type another name. Go panics there.
   */
  registerName(name: string, type: string): this {
    const known = this.type(type);
    const base = baseOf(known).text;
    const [takenType, takenName] = [this.#byName.get(name), this.#names.get(base)];
    if (name === "")
      throw new TypeError("an interface name must not be empty: the empty name means nil in gob");
    if (takenType && takenType !== known)
      throw new TypeError(`"${name}" is registered as ${takenType.text}, not as ${known.text}`);
    if (takenName !== undefined && takenName !== name) {
      throw new TypeError(`${known.text} is registered as "${takenName}", not as "${name}"`);
    }
    this.#byName.set(name, known);
    this.#names.set(base, name);
    return this;
  }

  /** The type of this spelling. @throws TypeError if it contains a name that is not defined. */
  type(text: string): GoType {
    return this.#types.get(text) ?? parseType(text, this.#source);
  }

  /** The name under which interface values of this type are sent; undefined if it is not registered. */
  nameOf(type: GoType): string | undefined {
    return this.#names.get(baseOf(type).text) ?? type.registered;
  }

  /** The type registered under the name in these bytes. */
  find(bytes: Uint8Array, start: number, length: number): GoType | undefined {
    return this.#byName.find(bytes, start, length);
  }

  /** The type registered under this name. */
  registered(name: string): GoType | undefined {
    return this.#byName.get(name);
  }

  /** The struct that instances with this prototype represent. */
  ofClass(prototype: object): StructType | undefined {
    return this.#classes.get(prototype);
  }

  #define(type: GoType): this {
    if (!/^[^\s[\]*{}]+(\[.*\])?$/.test(type.text))
      throw new TypeError(`"${type.text}" is not the name of a Go type`);
    if (this.#types.has(type.text))
      throw new TypeError(`Go type "${type.text}" is already defined`);
    this.#types.set(type.text, type);
    return this;
  }
}

/** The default registry: the basic types only. */
export const basicRegistry: GobRegistry = new GobRegistry();

/** Go writes `github.com/acme/model.User` as `model.User` in composite types, and its own name is `User`. */
function namesOf(text: string): { text: string; string: string; name: string } {
  const [head = "", ...parameters] = text.split(/(?=\[)/);
  const string = head.slice(head.lastIndexOf("/") + 1);
  const rest = parameters.join("");
  return { text, string: string + rest, name: string.slice(string.lastIndexOf(".") + 1) + rest };
}

/** True if a value of `type` contains a `name` directly: not behind a pointer, slice, map or interface. */
function contains(type: GoType, name: string, visited: Set<GoType> = new Set()): boolean {
  if (type.kind === "array") return contains(type.elem, name, visited);
  if (type.kind !== "struct") return false;
  if (type.text === name) return true;
  if (visited.has(type)) return false;
  visited.add(type);
  return type.fields.some((field) => contains(field.type, name, visited));
}
