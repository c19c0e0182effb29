// Types made of a stream's own definitions, for what no registry knows.
import {
  type GoType,
  type StructType,
  goBool,
  goBytes,
  goComplex128,
  goFloat64,
  goInt,
  goInterface,
  goString,
  goUint,
} from "./go-type.ts";
import { TypeMismatch } from "./type-mismatch.ts";
import { type WireType, builtinId } from "./wire-type.ts";

/** By id (type.go, tBool to tInterface). */
const BUILTIN: readonly (GoType | undefined)[] = [
  undefined,
  goBool,
  goInt,
  goUint,
  goFloat64,
  goBytes,
  goString,
  goComplex128,
  goInterface,
];

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/**
 * A type as the wire tells it: enough to read a value and to write it back as it was. The sizes of integers, names of types inside
 * and pointers are lost; gob does not send them.
 */
export class DerivedTypes {
  readonly #wires: ReadonlyMap<number, WireType>;
  readonly #maxDepth: number;
  readonly #charge: (units: number) => void;
  readonly #types = new Map<number, GoType>();
  readonly #named = new Map<string, GoType>();
  #depth = 0;

  constructor(
    wires: ReadonlyMap<number, WireType>,
    maxDepth: number,
    charge: (units: number) => void,
  ) {
    this.#wires = wires;
    this.#maxDepth = maxDepth;
    this.#charge = charge;
  }

  /** @throws TypeMismatch where a definition is missing, or nested too deep. */
  derive(id: number): GoType {
    const known = BUILTIN[id] ?? this.#types.get(id);
    if (known) return known;
    const wire = this.#wires.get(id);
    if (!wire) throw new TypeMismatch(`type id ${id}, which nothing defined`);
    if (this.#depth >= this.#maxDepth)
      throw new TypeMismatch(`type definitions nested more than ${this.#maxDepth} deep`);
    this.#charge(1);
    this.#depth++;
    const type = this.#make(id, wire);
    this.#depth--;
    return type;
  }

  /** The type of an interface value under a name that is not registered, to be written back under that name. */
  named(id: number, name: string): GoType {
    const key = `${id} ${name}`;
    const known = this.#named.get(key);
    if (known) return known;
    const type: Mutable<GoType> = this.derive(id);
    // One type has one name, and may be inside itself: the name is put on the type, not on a copy. Only gob's own ids have many.
    const isFree = builtinId(type.kind) === 0 && type.registered === undefined;
    const named = Object.assign(isFree ? type : { ...type }, {
      text: name,
      string: name,
      registered: name,
    });
    this.#named.set(key, named);
    return named;
  }

  // A type is put down before what is inside it, which may lead back to it.
  #make(id: number, wire: WireType): GoType {
    const text = wire.name || wire.form;
    const spelling = { text, string: text, name: wire.name, wireName: wire.name };
    switch (wire.form) {
      case "slice": {
        const type = { kind: "slice" as const, ...spelling, elem: goInterface as GoType };
        this.#types.set(id, type);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "array": {
        const type = {
          kind: "array" as const,
          ...spelling,
          elem: goInterface as GoType,
          length: wire.length,
        };
        this.#types.set(id, type);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "map": {
        const type = {
          kind: "map" as const,
          ...spelling,
          key: goInterface as GoType,
          elem: goInterface as GoType,
        };
        this.#types.set(id, type);
        type.key = this.derive(wire.key);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "struct": {
        const type: Mutable<StructType> = {
          kind: "struct",
          ...spelling,
          fields: [],
          prototype: undefined,
        };
        this.#types.set(id, type);
        this.#charge(wire.fields.length);
        // A struct inside a struct may have been a pointer: absent it is nil, not a struct of zeros, which Go would have sent.
        type.fields = wire.fields.map((field) => ({
          name: field.name,
          type: pointerIfStruct(this.derive(field.id)),
        }));
        return type;
      }
      default: {
        const type: GoType = { kind: "opaque", ...spelling, method: wire.method, codec: undefined };
        this.#types.set(id, type);
        return type;
      }
    }
  }
}

function pointerIfStruct(type: GoType): GoType {
  return type.kind === "struct"
    ? { kind: "pointer", text: `*${type.text}`, string: `*${type.string}`, name: "", elem: type }
    : type;
}
