// Numbers and defines types as one Go process does: encoding/gob/type.go, types and typeInfo.
import { FIRST_USER_ID, LAST_ID, type WireType } from "../wire/wire-type.ts";
import { builtinId } from "./builtin-ids.ts";
import { type GoType, type StructType, baseOf } from "./go-type.ts";

/** A type and the types inside it. */
interface TypeEntry {
  /** 0 until it is assigned. */
  id: number;
  readonly name: string;
  readonly type: GoType;
  /** The element; the key and the element; the fields. */
  readonly inner: TypeEntry[];
}

/** How a type is sent. */
export interface TypeInfo {
  /** The id of the values, and the one that the definition is sent under. */
  readonly id: number;
  /** Undefined for a type that needs no definition. */
  readonly definition: { readonly id: number; readonly wire: WireType } | undefined;
}

/**
 * Numbers types in the order in which they are first written, from `firstId`. Go keeps counting for as long as the process lives.
 * With a new `TypeIds` for each value, the same value always has the same bytes.
 */
export class TypeIds {
  #next: number;
  readonly #entries = new Map<GoType, TypeEntry>();
  readonly #infos = new Map<GoType, TypeInfo>();

  /** @param firstId Default 65, as in Go up to 1.20; Go from 1.21 begins at 64. Every Go version reads either. */
  constructor(firstId = 65) {
    if (!Number.isInteger(firstId) || firstId < FIRST_USER_ID || firstId > LAST_ID) {
      throw new TypeError(
        `the first type id must be a whole number from ${FIRST_USER_ID} to ${LAST_ID}`,
      );
    }
    this.#next = firstId;
  }

  /** type.go, getTypeInfo. */
  infoOf(type: GoType): TypeInfo {
    const base = baseOf(type);
    const user = base.kind === "opaque" ? type : base;
    const known = this.#infos.get(user);
    if (known) return known;
    const entry = this.#entryOf(user.name, user);
    // buildTypeInfo defines a pointer to a type that encodes itself by a second entry, sent under the id of the type itself.
    const defined = user.kind === "pointer" ? this.#pointerEntry(user) : entry;
    const definition =
      builtinId(base.kind) > 0 ? undefined : { id: defined.id, wire: wireTypeOf(defined) };
    const info = { id: entry.id, definition };
    this.#infos.set(user, info);
    return info;
  }

  #pointerEntry(pointer: GoType): TypeEntry {
    return { id: this.#next++, name: pointer.name, type: baseOf(pointer), inner: [] };
  }

  /** type.go, getBaseType and newTypeObject. The order in which a type and the types inside it get their ids is Go's. */
  #entryOf(name: string, type: GoType): TypeEntry {
    const base = baseOf(type);
    const known = this.#entries.get(base);
    if (known) return known;
    const entry: TypeEntry = {
      id: builtinId(base.kind),
      name: base.wireName ?? name,
      type: base,
      inner: [],
    };
    this.#entries.set(base, entry);
    switch (base.kind) {
      case "array":
        entry.inner.push(this.#entryOf("", base.elem));
        this.#assignId(entry);
        break;
      case "slice": {
        const elem = this.#entryOf(base.elem.name, base.elem);
        entry.inner.push(elem);
        this.#assignId(entry);
        this.#assignId(elem);
        break;
      }
      case "map":
        entry.inner.push(this.#entryOf("", base.key), this.#entryOf("", base.elem));
        this.#assignId(entry);
        break;
      case "struct":
        this.#assignId(entry);
        this.#enterFields(entry, base);
        break;
      default:
        this.#assignId(entry);
    }
    return entry;
  }

  #enterFields(entry: TypeEntry, struct: StructType): void {
    for (const field of struct.fields) {
      const base = baseOf(field.type);
      const inner = this.#entryOf(base.name || base.string, field.type);
      this.#assignId(inner);
      entry.inner.push(inner);
    }
  }

  #assignId(entry: TypeEntry): void {
    if (entry.id === 0) entry.id = this.#next++;
  }
}

function wireTypeOf({ name, type, inner }: TypeEntry): WireType {
  const idOf = (index: number): number => inner[index]?.id ?? 0;
  switch (type.kind) {
    case "array":
      return { form: "array", name, elem: idOf(0), length: type.length };
    case "slice":
      return { form: "slice", name, elem: idOf(0) };
    case "map":
      return { form: "map", name, key: idOf(0), elem: idOf(1) };
    case "struct": {
      const fields = type.fields.map((field, index) => ({ name: field.name, id: idOf(index) }));
      return { form: "struct", name, fields };
    }
    case "opaque":
      return { form: "opaque", name, method: type.method };
    default:
      throw new Error(`${type.text} needs no definition`);
  }
}
