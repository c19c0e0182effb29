// Remembers the Go types of values that were read, so that they are written back as the same types.
import { type GoType, baseOf, goBool, goInt, goString } from "../types/go-type.ts";
import { onePerProcess } from "../one-per-process.ts";
import { fitsType } from "./fits-type.ts";
import { GoValue } from "./go-values.ts";
import { type PrivateNotes, privateNotes } from "./private-notes.ts";

/** The Go types of the interface values in one container, as far as the values themselves do not show them. */
export interface InnerTypes {
  /** The type that `key` keeps now that it has this value; undefined if the value itself or the default decides. */
  find(key: unknown, value: unknown): GoType | undefined;
}

interface Memory {
  /** The object's own type; undefined if it is the default for such an object. */
  readonly type: GoType | undefined;
  readonly inner: InnerTypes | undefined;
}

/** Memories of objects that the decoder made. */
const ownMemories: PrivateNotes<Memory> = privateNotes("type-memory");
/** Memories of objects that a codec or the application made. Nothing is attached to these. */
const otherMemories = onePerProcess("other-type-memory", new WeakMap<object, Memory>());

/** Remembers the type of an object that the decoder made, and the types inside it. */
export function remember(object: object, type: GoType | undefined, inner?: InnerTypes): void {
  ownMemories.set(object, { type, inner });
}

/** As `remember`, for an object that a codec or the application made. */
export function rememberOther(object: object, type: GoType | undefined, inner?: InnerTypes): void {
  otherMemories.set(object, { type, inner });
}

/** Replaces the remembered type of an object that was read; the types inside it stay. */
export function rememberAs(object: object, type: GoType): void {
  const memory = { type, inner: innerTypes(object) };
  if (otherMemories.has(object)) otherMemories.set(object, memory);
  else ownMemories.set(object, memory);
}

export function isRemembered(object: object): boolean {
  return memoryOf(object) !== undefined;
}

/** The type that an object was read as. */
export function rememberedType(object: object): GoType | undefined {
  return memoryOf(object)?.type;
}

/** The types that the values in a container keep. */
export function innerTypes(container: object): InnerTypes | undefined {
  return memoryOf(container)?.inner;
}

function memoryOf(object: object): Memory | undefined {
  return ownMemories.get(object) ?? otherMemories.get(object);
}

/** True if the type of this string, number or boolean must be remembered: the default is another one, now or after a change. */
export function mustRemember(type: GoType, value: unknown): boolean {
  return type !== goString && type !== goBool && (type !== goInt || typeof value === "bigint");
}

interface Slot {
  readonly value: unknown;
  readonly type: GoType;
}

/**
 * The types in an object, Map or struct. The key keeps its type, because Go code says `values["n"].(int64)`. A new value gets the
 * type too if it fits: `{ ...session.user, name }` is still a User.
 */
export class TypesByKey implements InnerTypes {
  readonly #keys: unknown[] = [];
  readonly #slots: Slot[] = [];
  // Built at the first write: most sessions are only read.
  #byKey: Map<unknown, Slot> | undefined;

  add(key: unknown, value: unknown, type: GoType): void {
    this.#keys.push(key);
    this.#slots.push({ value, type });
  }

  find(key: unknown, value: unknown): GoType | undefined {
    this.#byKey ??= new Map(this.#keys.map((each, index) => [each, this.#slots[index] as Slot]));
    const slot = this.#byKey.get(key);
    if (slot === undefined) return undefined;
    return typeof value === "object" ? typeForObject(slot, value) : typeForScalar(slot, value);
  }
}

function typeForScalar({ type, value: before }: Slot, value: unknown): GoType | undefined {
  // A codec checks its own values, such as the text of a UUID: an invalid one is an error, not a change of type.
  const fits =
    baseOf(type).kind === "opaque" ? typeof value === typeof before : fitsType(type, value);
  return fits ? type : undefined;
}

// An object that replaces another takes over its type and the types inside, unless it has a type of its own.
function typeForObject({ type, value: before }: Slot, value: object | null): GoType | undefined {
  if (value === null || value === before || value instanceof GoValue) return undefined;
  if (typeof before !== "object" || before === null) return undefined;
  const inner = innerTypes(before);
  const own = memoryOf(value);
  if (own && (own.type || own.inner !== inner)) return undefined;
  if (!fitsType(type, value)) return undefined;
  if (inner && !own) rememberOther(value, undefined, inner);
  return type;
}

/** The types in a list. An element keeps its type where it moves. */
export class TypesByElement implements InnerTypes {
  readonly #values: readonly unknown[];
  readonly #types: readonly (GoType | undefined)[];
  #byValue: Map<unknown, GoType> | undefined;

  /** @param types by index; undefined where the value shows its type. */
  constructor(list: readonly unknown[], types: readonly (GoType | undefined)[]) {
    this.#values = [...list];
    this.#types = types;
  }

  find(index: unknown, value: unknown): GoType | undefined {
    if (Object.is(this.#values[index as number], value)) return this.#types[index as number];
    if (this.#byValue === undefined) {
      this.#byValue = new Map();
      for (const [at, type] of this.#types.entries())
        if (type) this.#byValue.set(this.#values[at], type);
    }
    return this.#byValue.get(value);
  }
}
