// Which Go type each value is: what is written as what it was, when it was read and not changed.
import {
  type GoType,
  baseOf,
  goAnyMap,
  goBool,
  goBytes,
  goComplex128,
  goFloat64,
  goInt,
  goInt64,
  goInterface,
  goList,
  goString,
  goStringMap,
  goTimeType,
  goUint64,
} from "../types/go-type.ts";
import { Complex, GoValue } from "./go-values.ts";
import { holds, isPlain } from "./fits-type.ts";
import { type PrivateNotes, privateNotes } from "./private-notes.ts";
import { holdsInteger } from "../types/number-ranges.ts";
import type { GobRegistry } from "../types/registry.ts";

/** The Go types of what one container holds as interface values, where the values do not tell, or their successors would not. */
export interface Kinds {
  /** The type that `key` keeps, with the value that is there now. */
  find(key: unknown, value: unknown): GoType | undefined;
}

/** What was read about one object. */
interface Memory {
  /** Its own type; undefined where it is the one that a new object of its sort would have. */
  readonly type: GoType | undefined;
  readonly kinds: Kinds | undefined;
}

const memories: PrivateNotes<Memory> = privateNotes();

/** Keeps what was read about an object. */
export function remember(object: object, type: GoType | undefined, kinds?: Kinds): void {
  memories.set(object, { type, kinds });
}

/** The object's type is `type` after all. */
export function retype(object: object, type: GoType): void {
  memories.set(object, { type, kinds: memories.get(object)?.kinds });
}

/** Whether anything is remembered of the object. */
export function isRemembered(object: object): boolean {
  return memories.get(object) !== undefined;
}

/** Whether a scalar read as `type` has to be remembered: anything that `canonicalType` would not say, now or after a change. */
export function needsMemory(type: GoType, value: unknown): boolean {
  return type !== goString && type !== goBool && (type !== goInt || typeof value === "bigint");
}

interface Slot {
  readonly value: unknown;
  readonly kind: GoType;
}

/**
 * Of an object, a Map or a struct: the key has the type, as Go's code has it that says `values["n"].(int64)`. A new value is of
 * it, too, if it can be: `{ ...session.user, name }` is still a User.
 */
export class KindsByKey implements Kinds {
  readonly #keys: unknown[] = [];
  readonly #slots: Slot[] = [];
  // Made when it is written: most sessions are only read.
  #byKey: Map<unknown, Slot> | undefined;

  add(key: unknown, value: unknown, kind: GoType): void {
    this.#keys.push(key);
    this.#slots.push({ value, kind });
  }

  find(key: unknown, value: unknown): GoType | undefined {
    this.#byKey ??= new Map(this.#keys.map((each, index) => [each, this.#slots[index] as Slot]));
    const slot = this.#byKey.get(key);
    if (slot === undefined) return undefined;
    return typeof value === "object" ? inherited(slot, value) : keptBy(slot, value);
  }
}

function keptBy({ kind, value: before }: Slot, value: unknown): GoType | undefined {
  // What a codec made a string or number of (a UUID) is its own to check: writing it fails rather than change its type.
  const fits = baseOf(kind).kind === "opaque" ? typeof value === typeof before : holds(kind, value);
  return fits ? kind : undefined;
}

// A container in place of another takes over what was remembered of that, unless it has a memory of its own.
function inherited({ kind, value: before }: Slot, value: object | null): GoType | undefined {
  if (value === null || value === before || value instanceof GoValue) return undefined;
  if (typeof before !== "object" || before === null) return undefined;
  const kinds = memories.get(before)?.kinds;
  const own = memories.get(value);
  if (own && (own.type || own.kinds !== kinds)) return undefined;
  if (!holds(kind, value)) return undefined;
  if (kinds && !own && Object.isExtensible(value)) remember(value, undefined, kinds);
  return kind;
}

/** Of a list: the element has the type, and takes it along where it moves. */
export class KindsByElement implements Kinds {
  readonly #values: readonly unknown[];
  readonly #kinds: readonly (GoType | undefined)[];
  #byValue: Map<unknown, GoType> | undefined;

  /** @param kinds by index; undefined where the value tells its type. */
  constructor(list: readonly unknown[], kinds: readonly (GoType | undefined)[]) {
    this.#values = [...list];
    this.#kinds = kinds;
  }

  find(index: unknown, value: unknown): GoType | undefined {
    if (Object.is(this.#values[index as number], value)) return this.#kinds[index as number];
    if (this.#byValue === undefined) {
      this.#byValue = new Map();
      for (const [at, kind] of this.#kinds.entries())
        if (kind) this.#byValue.set(this.#values[at], kind);
    }
    return this.#byValue.get(value);
  }
}

/** The type that what is under `key` keeps; undefined where it has its own, or the one that JavaScript gives it. */
export function keptKind(container: object, key: unknown, value: unknown): GoType | undefined {
  return memories.get(container)?.kinds?.find(key, value);
}

/** The type that an object was read as, or was given. */
export function rememberedType(object: object): GoType | undefined {
  return memories.get(object)?.type;
}

const TYPED_ARRAYS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [Int8Array.prototype, "[]int8"],
  [Int16Array.prototype, "[]int16"],
  [Int32Array.prototype, "[]int32"],
  [BigInt64Array.prototype, "[]int64"],
  [Uint16Array.prototype, "[]uint16"],
  [Uint32Array.prototype, "[]uint32"],
  [BigUint64Array.prototype, "[]uint64"],
  [Float32Array.prototype, "[]float32"],
  [Float64Array.prototype, "[]float64"],
]);

/** The Go type of a value about which nothing is remembered; undefined for what has none. */
export function canonicalType(value: unknown, registry: GobRegistry): GoType | undefined {
  switch (typeof value) {
    case "string":
      return goString;
    case "number":
      // -0 counts as the integer that it is nearly always meant as.
      return Number.isSafeInteger(value) ? goInt : goFloat64;
    case "boolean":
      return goBool;
    case "bigint":
      return holdsInteger("int64", value)
        ? goInt64
        : holdsInteger("uint64", value)
          ? goUint64
          : undefined;
    case "object":
      return value === null ? goInterface : canonicalObjectType(value, registry);
    default:
      return undefined;
  }
}

function canonicalObjectType(value: object, registry: GobRegistry): GoType | undefined {
  if (Array.isArray(value)) return goList;
  if (isPlain(value)) return goStringMap;
  if (value instanceof Uint8Array) return goBytes;
  if (value instanceof Date) return goTimeType;
  if (value instanceof Map) return goAnyMap;
  if (value instanceof Complex) return goComplex128;
  const prototype = Object.getPrototypeOf(value) as object;
  const view = TYPED_ARRAYS.get(prototype);
  return view === undefined ? registry.ofClass(prototype) : registry.type(view);
}

/** The static type of what a container of `type` holds under `key`: an interface, where the value itself has to tell. */
export function innerType(type: GoType, key: unknown): GoType {
  const base = baseOf(type);
  switch (base.kind) {
    case "slice":
    case "array":
    case "map":
      return base.elem;
    case "struct":
      return base.fields.find((field) => field.name === key)?.type ?? goInterface;
    default:
      return goInterface;
  }
}
