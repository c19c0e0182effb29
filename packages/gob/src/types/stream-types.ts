// Matches the types of the registry with those that one stream defines: which can be read as which, and how.
import { TypeMismatch } from "../errors.ts";
import type { WireField, WireType } from "../wire/wire-type.ts";
import { builtinId, builtinName } from "./builtin-ids.ts";
import { DerivedTypes, type StreamDefinitions } from "./derived-types.ts";
import { type Field, type GoType, type Mutable, type StructType, baseOf } from "./go-type.ts";

/** How to read a struct of one wire type. */
export interface StructPlan {
  /** The fields of the wire type, in its order. */
  readonly wire: readonly (Field & { readonly id: number })[];
  /** The fields of our type that the wire type lacks. They are zero. */
  readonly absent: readonly Field[];
}

/** A map by type and id: a stream may define the same type under two ids. */
class PairMap<Value> {
  #byType: Map<GoType, Map<number, Value>> | undefined;

  get(type: GoType, id: number): Value | undefined {
    return this.#byType?.get(type)?.get(id);
  }

  set(type: GoType, id: number, value: Value): void {
    this.#byType ??= new Map();
    const byId = this.#byType.get(type);
    if (byId) byId.set(id, value);
    else this.#byType.set(type, new Map([[id, value]]));
  }
}

export class StreamTypes {
  readonly #stream: StreamDefinitions;
  #derived: DerivedTypes | undefined;
  readonly #typesToRead = new PairMap<GoType>();
  readonly #matches = new PairMap<boolean>();
  readonly #differences = new PairMap<boolean>();
  readonly #merged = new PairMap<GoType>();
  readonly #plans = new PairMap<StructPlan>();

  constructor(stream: StreamDefinitions) {
    this.#stream = stream;
  }

  /** Types made from the stream's definitions. */
  get derived(): DerivedTypes {
    return (this.#derived ??= new DerivedTypes(this.#stream));
  }

  /**
   * The type to read a value of wire type `id` as, where `type` is expected: `type` itself, or with fields that only the stream has.
   *
   * @throws TypeMismatch if the value cannot be a `type`.
   */
  typeToRead(type: GoType, id: number): GoType {
    const known = this.#typesToRead.get(type, id);
    if (known) return known;
    if (!this.matches(type, id))
      throw new TypeMismatch(`expected ${type.text}, found ${this.#describe(id)}`);
    const base = baseOf(type);
    if (base.kind === "struct" && !this.#sharesField(base, id)) {
      throw new TypeMismatch(`expected ${base.text}, found a struct with none of its fields`);
    }
    const read = this.merge(type, id);
    this.#typesToRead.set(type, id, read);
    return read;
  }

  /** True if wire type `id` can be read as `type` (decode.go, compatibleType). The fields of structs are checked by `plan`. */
  matches(type: GoType, id: number): boolean {
    const base = baseOf(type);
    const builtin = builtinId(base.kind);
    if (builtin > 0) return builtin === id;
    const known = this.#matches.get(base, id);
    if (known !== undefined) return known;
    // A recursive type matches if the rest of it does.
    this.#matches.set(base, id, true);
    const result = this.#compare(base, this.#stream.wires.get(id));
    this.#matches.set(base, id, result);
    return result;
  }

  #compare(base: GoType, wire: WireType | undefined): boolean {
    switch (base.kind) {
      case "array":
        return (
          wire?.form === "array" &&
          wire.length === base.length &&
          this.matches(base.elem, wire.elem)
        );
      case "slice":
        return wire?.form === "slice" && this.matches(base.elem, wire.elem);
      case "map":
        return (
          wire?.form === "map" &&
          this.matches(base.key, wire.key) &&
          this.matches(base.elem, wire.elem)
        );
      case "opaque":
        return wire?.form === "opaque" && wire.method === base.method;
      default:
        return base.kind === wire?.form;
    }
  }

  // Go refuses a struct with no field that it knows (decode.go, decodeValue).
  #sharesField(type: StructType, id: number): boolean {
    const wire = this.#stream.wires.get(id);
    if (wire?.form !== "struct" || wire.fields.length === 0 || type.fields.length === 0)
      return true;
    return type.fields.some((own) => wire.fields.some((field) => field.name === own.name));
  }

  /**
   * Adds to the structs in `type` the fields that only the stream has, so that they can be read and are written back. Go drops them;
   * a service that only passes sessions on would delete the fields of the others.
   */
  merge(type: GoType, id: number): GoType {
    const known = this.#merged.get(type, id);
    if (known) return known;
    if (!this.#differs(type, id)) return type;
    this.#stream.countValues(1);
    const wire = this.#stream.wires.get(id);
    const merged: Mutable<GoType> = { ...type };
    this.#merged.set(type, id, merged);
    if (merged.kind === "pointer") merged.elem = this.merge(merged.elem, id);
    else if (merged.kind === "struct" && wire?.form === "struct")
      merged.fields = this.#mergeFields(merged, wire.fields);
    else if (merged.kind === "map" && wire?.form === "map") {
      merged.key = this.merge(merged.key, wire.key);
      merged.elem = this.merge(merged.elem, wire.elem);
    } else if (merged.kind === "slice" && wire?.form === "slice")
      merged.elem = this.merge(merged.elem, wire.elem);
    else if (merged.kind === "array" && wire?.form === "array")
      merged.elem = this.merge(merged.elem, wire.elem);
    return merged;
  }

  #mergeFields(type: StructType, fields: readonly WireField[]): Field[] {
    this.#stream.countValues(fields.length + type.fields.length);
    const own = new Map(type.fields.map((field) => [field.name, field.type]));
    const merged = fields.map(({ name, id }): Field => {
      const local = own.get(name);
      own.delete(name);
      return { name, type: local ? this.merge(local, id) : this.derived.derive(id) };
    });
    for (const [name, local] of own) merged.push({ name, type: local });
    return merged;
  }

  /** True if a struct in `type` has other fields on the wire, or the same in another order: it is written back in that order. */
  #differs(type: GoType, id: number): boolean {
    const known = this.#differences.get(type, id);
    if (known !== undefined) return known;
    const differs = this.#findDifference(type, id, new PairMap(), 0);
    this.#differences.set(type, id, differs);
    return differs;
  }

  #findDifference(type: GoType, id: number, visited: PairMap<true>, depth: number): boolean {
    const { wires, maxDepth, countValues } = this.#stream;
    const wire = wires.get(id);
    if (wire === undefined || visited.get(type, id)) return false;
    if (depth > maxDepth)
      throw new TypeMismatch(`type definitions nested more than ${maxDepth} deep`);
    countValues(1);
    visited.set(type, id, true);
    const find = (inner: GoType, innerId: number): boolean =>
      this.#findDifference(inner, innerId, visited, depth + 1);
    if (type.kind === "pointer") return find(type.elem, id);
    if (type.kind === "slice" && wire.form === "slice") return find(type.elem, wire.elem);
    if (type.kind === "array" && wire.form === "array") return find(type.elem, wire.elem);
    if (type.kind === "map" && wire.form === "map")
      return find(type.key, wire.key) || find(type.elem, wire.elem);
    if (type.kind !== "struct" || wire.form !== "struct") return false;
    if (type.fields.length !== wire.fields.length) return true;
    return wire.fields.some((field, index) => {
      const own = type.fields[index];
      return own?.name !== field.name || find(own.type, field.id);
    });
  }

  /** @throws TypeMismatch if one of our fields was sent as another type. */
  plan(type: StructType, id: number): StructPlan {
    const known = this.#plans.get(type, id);
    if (known) return known;
    const definition = this.#stream.wires.get(id);
    if (definition?.form !== "struct") throw new TypeMismatch(`expected the struct ${type.text}`);
    const own = new Map(type.fields.map((field) => [field.name, field.type]));
    this.#stream.countValues(definition.fields.length + own.size);
    const wire = definition.fields.map((field) => {
      const local = own.get(field.name);
      own.delete(field.name);
      if (local && !this.matches(local, field.id))
        throw new TypeMismatch(
          `expected ${local.text} in field ${field.name} of ${type.text}, found ${this.#describe(field.id)}`,
        );
      return { name: field.name, id: field.id, type: local ?? this.derived.derive(field.id) };
    });
    const plan = { wire, absent: [...own].map(([name, absent]) => ({ name, type: absent })) };
    this.#plans.set(type, id, plan);
    return plan;
  }

  #describe(id: number): string {
    const wire = this.#stream.wires.get(id);
    if (wire?.form === "opaque") return `a type that encodes itself (${wire.method})`;
    if (wire) return `a ${wire.form}`;
    return builtinName(id) ?? `type id ${id}, which is not defined`;
  }
}
