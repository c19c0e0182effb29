// Between the types of the registry and those that one stream defines: which can be read as which, and how.
import { DerivedTypes } from "./derived-types.ts";
import { type Field, type GoType, type StructType, baseOf } from "./go-type.ts";
import { TypeMismatch } from "./type-mismatch.ts";
import { type WireType, builtinId, describeWire } from "./wire-type.ts";

/** How a struct of one wire type is read. */
export interface StructPlan {
  /** The fields of the wire type, in its order. */
  readonly wire: readonly (Field & { readonly id: number })[];
  /** Our fields that the wire type does not have; they are zero. */
  readonly absent: readonly Field[];
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Results by type and id: a stream may define one type twice. */
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
  #derived: DerivedTypes | undefined;
  readonly #wires: ReadonlyMap<number, WireType>;
  readonly #maxDepth: number;
  readonly #charge: (units: number) => void;
  readonly #expected = new PairMap<GoType>();
  readonly #matches = new PairMap<boolean>();
  readonly #other = new PairMap<boolean>();
  readonly #merged = new PairMap<GoType>();
  readonly #plans = new PairMap<StructPlan>();

  constructor(
    wires: ReadonlyMap<number, WireType>,
    maxDepth: number,
    charge: (units: number) => void,
  ) {
    this.#wires = wires;
    this.#maxDepth = maxDepth;
    this.#charge = charge;
  }

  /** Types for what no registry knows. */
  get derived(): DerivedTypes {
    return (this.#derived ??= new DerivedTypes(this.#wires, this.#maxDepth, this.#charge));
  }

  /**
   * The type as which a value of wire type `id` is read, where `type` is expected.
   *
   * @throws TypeMismatch where it cannot be.
   */
  expect(type: GoType, id: number): GoType {
    const known = this.#expected.get(type, id);
    if (known) return known;
    if (!this.matches(type, id))
      throw new TypeMismatch(`expected ${type.text}, found ${describeWire(id, this.#wires)}`);
    const base = baseOf(type);
    if (base.kind === "struct" && !this.#related(base, id)) {
      throw new TypeMismatch(`expected ${base.text}, found a struct with none of its fields`);
    }
    const read = this.merge(type, id);
    this.#expected.set(type, id, read);
    return read;
  }

  /** Whether wire type `id` can be read as `type` (decode.go, compatibleType); fields of structs are looked at by `plan`. */
  matches(type: GoType, id: number): boolean {
    const base = baseOf(type);
    const builtin = builtinId(base.kind);
    if (builtin > 0) return builtin === id;
    const known = this.#matches.get(base, id);
    if (known !== undefined) return known;
    // A type inside itself matches if the rest does.
    this.#matches.set(base, id, true);
    const fits = this.#fits(base, this.#wires.get(id));
    this.#matches.set(base, id, fits);
    return fits;
  }

  #fits(base: GoType, wire: WireType | undefined): boolean {
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

  // Go refuses a struct that it can read nothing of (decode.go, decodeValue).
  #related(type: StructType, id: number): boolean {
    const wire = this.#wires.get(id);
    if (wire?.form !== "struct" || wire.fields.length === 0 || type.fields.length === 0)
      return true;
    return type.fields.some((own) => wire.fields.some((field) => field.name === own.name));
  }

  /**
   * `type`, with the fields that its structs have on the wire and not here: Go drops them, and a service that only passes a session
   * on would lose them for everybody. They can be read like any other, and are written back.
   */
  merge(type: GoType, id: number): GoType {
    const known = this.#merged.get(type, id);
    if (known) return known;
    if (!this.#hasOtherFields(type, id)) return type;
    this.#charge(1);
    const wire = this.#wires.get(id);
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

  #mergeFields(type: StructType, fields: readonly { name: string; id: number }[]): Field[] {
    this.#charge(fields.length + type.fields.length);
    const own = new Map(type.fields.map((field) => [field.name, field.type]));
    const merged = fields.map(({ name, id }): Field => {
      const local = own.get(name);
      own.delete(name);
      return { name, type: local ? this.merge(local, id) : this.derived.derive(id) };
    });
    for (const [name, local] of own) merged.push({ name, type: local });
    return merged;
  }

  #hasOtherFields(type: GoType, id: number): boolean {
    const known = this.#other.get(type, id);
    if (known !== undefined) return known;
    const other = this.#findOther(type, id, new PairMap(), 0);
    this.#other.set(type, id, other);
    return other;
  }

  // Fields in another order count, too: what is read is written back in the order that it came in.
  #findOther(type: GoType, id: number, seen: PairMap<true>, depth: number): boolean {
    const wire = this.#wires.get(id);
    if (wire === undefined || seen.get(type, id)) return false;
    if (depth > this.#maxDepth)
      throw new TypeMismatch(`type definitions nested more than ${this.#maxDepth} deep`);
    this.#charge(1);
    seen.set(type, id, true);
    const find = (inner: GoType, innerId: number): boolean =>
      this.#findOther(inner, innerId, seen, depth + 1);
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

  /** @throws TypeMismatch where a field of ours came as something else. */
  plan(type: StructType, id: number): StructPlan {
    const known = this.#plans.get(type, id);
    if (known) return known;
    const definition = this.#wires.get(id);
    if (definition?.form !== "struct") throw new TypeMismatch(`expected the struct ${type.text}`);
    const own = new Map(type.fields.map((field) => [field.name, field.type]));
    this.#charge(definition.fields.length + own.size);
    const wire = definition.fields.map((field) => {
      const local = own.get(field.name);
      own.delete(field.name);
      if (local && !this.matches(local, field.id))
        throw new TypeMismatch(`field ${field.name} of ${type.text}: expected ${local.text}`);
      return { name: field.name, id: field.id, type: local ?? this.derived.derive(field.id) };
    });
    const plan = { wire, absent: [...own].map(([name, absent]) => ({ name, type: absent })) };
    this.#plans.set(type, id, plan);
    return plan;
  }
}
