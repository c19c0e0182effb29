// Type ids and definitions as one Go process hands them out: encoding/gob/type.go's types and typeInfo.
import { type GoType, type StructType, baseOf } from "./go-type.ts";
import { FIRST_USER_ID, LAST_ID, builtinId } from "./wire-type.ts";

/** A type as the process describes it. The id is 0 until it is given. */
export interface TypeEntry {
  id: number;
  readonly name: string;
  readonly type: GoType;
  /** Ids of the types inside: the element; key and element; the fields. */
  readonly inner: TypeEntry[];
}

export interface TypeInfo {
  /** The id that the definition and the values travel under. */
  readonly id: number;
  /** What the definition says; undefined for a type that needs none. */
  readonly definition: TypeEntry | undefined;
}

/**
 * Numbers types in the order that a process meets them in, from `firstId`. Go numbers them for as long as the process lives; made
 * for one value, the same value always gives the same bytes.
 */
export class TypeIds {
  #next: number;
  readonly #entries = new Map<GoType, TypeEntry>();
  readonly #infos = new Map<GoType, TypeInfo>();

  /** @param firstId Go's first is 65, and 64 from Go 1.21 on; any Go reads any. */
  constructor(firstId = 65) {
    if (!Number.isInteger(firstId) || firstId < FIRST_USER_ID || firstId > LAST_ID) {
      throw new TypeError(`Type ids begin at ${FIRST_USER_ID} or above`);
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
    const builtin = builtinId(base.kind) > 0;
    // buildTypeInfo describes a pointer to a type that writes itself by an entry of its own, under the id of the type itself.
    const definition = user.kind === "pointer" ? this.#pointerEntry(user) : entry;
    const info = { id: entry.id, definition: builtin ? undefined : definition };
    this.#infos.set(user, info);
    return info;
  }

  #pointerEntry(pointer: GoType): TypeEntry {
    return { id: this.#next++, name: pointer.name, type: baseOf(pointer), inner: [] };
  }

  /** type.go, getBaseType and newTypeObject. Which of a type and those inside it gets its id first is Go's history, and kept. */
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
        this.#number(entry);
        break;
      case "slice": {
        const elem = this.#entryOf(base.elem.name, base.elem);
        entry.inner.push(elem);
        this.#number(entry);
        this.#number(elem);
        break;
      }
      case "map":
        entry.inner.push(this.#entryOf("", base.key), this.#entryOf("", base.elem));
        this.#number(entry);
        break;
      case "struct":
        this.#number(entry);
        this.#enterFields(entry, base);
        break;
      default:
        this.#number(entry);
    }
    return entry;
  }

  #enterFields(entry: TypeEntry, struct: StructType): void {
    for (const field of struct.fields) {
      const base = baseOf(field.type);
      const inner = this.#entryOf(base.name || base.string, field.type);
      this.#number(inner);
      entry.inner.push(inner);
    }
  }

  #number(entry: TypeEntry): void {
    if (entry.id === 0) entry.id = this.#next++;
  }
}
