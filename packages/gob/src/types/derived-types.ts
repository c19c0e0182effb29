// Makes types from a stream's own definitions, for values whose type is not registered.
import { TypeMismatch } from "../errors.ts";
import type { WireType } from "../wire/wire-type.ts";
import { builtinId, builtinType } from "./builtin-ids.ts";
import {
  type ArrayType,
  type GoType,
  type MapType,
  type Mutable,
  type SliceType,
  type StructType,
  goInterface,
} from "./go-type.ts";

/** What a stream has defined, and what reading it may cost. */
export interface StreamDefinitions {
  readonly wires: ReadonlyMap<number, WireType>;
  /** How deep definitions may be nested. */
  readonly maxDepth: number;
  /** Counts work against the stream's limit. */
  readonly countValues: (count: number) => void;
}

/**
 * Types as a stream defines them: enough to read a value and to write it back unchanged. Gob does not send the sizes of integers,
 * the names of types inside, and pointers.
 */
export class DerivedTypes {
  readonly #stream: StreamDefinitions;
  readonly #types = new Map<number, GoType>();
  readonly #named = new Map<string, GoType>();
  #depth = 0;

  constructor(stream: StreamDefinitions) {
    this.#stream = stream;
  }

  /** @throws TypeMismatch if a definition is missing or nested too deep. */
  derive(id: number): GoType {
    const known = builtinType(id) ?? this.#types.get(id);
    if (known) return known;
    const { wires, maxDepth, countValues } = this.#stream;
    const wire = wires.get(id);
    if (!wire) throw new TypeMismatch(`type id ${id}, which is not defined`);
    if (this.#depth >= maxDepth)
      throw new TypeMismatch(`type definitions nested more than ${maxDepth} deep`);
    countValues(1);
    this.#depth++;
    const type = this.#make(id, wire);
    this.#depth--;
    return type;
  }

  /** The type of an interface value that was sent under an unregistered name. It is written back under that name. */
  named(id: number, name: string): GoType {
    const key = `${id} ${name}`;
    const known = this.#named.get(key);
    if (known) return known;
    const type: Mutable<GoType> = this.derive(id);
    // A recursive type contains itself, so the name goes on the type and not on a copy. A builtin id may have many names.
    const ownsName = builtinId(type.kind) === 0 && type.registered === undefined;
    const named = Object.assign(ownsName ? type : { ...type }, {
      text: name,
      string: name,
      registered: name,
    });
    this.#named.set(key, named);
    return named;
  }

  // A type is recorded before the types inside it are derived, because they may contain it.
  #make(id: number, wire: WireType): GoType {
    const text = wire.name || wire.form;
    const names = { text, string: text, name: wire.name, wireName: wire.name };
    switch (wire.form) {
      case "slice": {
        const type: Mutable<SliceType> = { kind: "slice", ...names, elem: goInterface };
        this.#types.set(id, type);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "array": {
        const { length } = wire;
        const type: Mutable<ArrayType> = { kind: "array", ...names, elem: goInterface, length };
        this.#types.set(id, type);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "map": {
        const inner = { key: goInterface, elem: goInterface };
        const type: Mutable<MapType> = { kind: "map", ...names, ...inner };
        this.#types.set(id, type);
        type.key = this.derive(wire.key);
        type.elem = this.derive(wire.elem);
        return type;
      }
      case "struct": {
        const inner = { fields: [], prototype: undefined };
        const type: Mutable<StructType> = { kind: "struct", ...names, ...inner };
        this.#types.set(id, type);
        this.#stream.countValues(wire.fields.length);
        type.fields = wire.fields.map((field) => ({
          name: field.name,
          type: pointerIfStruct(this.derive(field.id)),
        }));
        return type;
      }
      default: {
        const type: GoType = { kind: "opaque", ...names, method: wire.method, codec: undefined };
        this.#types.set(id, type);
        return type;
      }
    }
  }
}

// A struct in a field may have been a pointer. If it is absent it was nil: Go would have sent a struct of zeros.
function pointerIfStruct(type: GoType): GoType {
  return type.kind === "struct"
    ? { kind: "pointer", text: `*${type.text}`, string: `*${type.string}`, name: "", elem: type }
    : type;
}
