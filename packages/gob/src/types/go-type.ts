// Go's types, as far as gob can represent them.
import { onePerProcess } from "../one-per-process.ts";

export type IntKind = "int" | "int8" | "int16" | "int32" | "int64";
export type UintKind = "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "uintptr";
export type FloatKind = "float32" | "float64";
type ComplexKind = "complex64" | "complex128";
type ScalarKind = "bool" | "string" | IntKind | UintKind | FloatKind;

interface TypeBase<Kind extends string> {
  readonly kind: Kind;
  /** The registry's spelling, with full import paths: `map[string]github.com/acme/model.User`. */
  readonly text: string;
  /** reflect's `Type.String()`: `map[string]model.User`. */
  readonly string: string;
  /** reflect's `Type.Name()`: `User`; empty for an unnamed type. */
  readonly name: string;
  /** Only on a type made from a stream's definition: the name that its interface value was sent under. */
  readonly registered?: string;
  /** Only on a type made from a stream's definition: the name in the definition. */
  readonly wireName?: string;
}

/** bool, string, the integers and floats; also named types based on them (`type Level int`). */
export type ScalarType = TypeBase<ScalarKind>;
export type ComplexType = TypeBase<ComplexKind>;
/** A slice of bytes. Gob encodes it differently from other slices. */
export type BytesType = TypeBase<"bytes">;
export type InterfaceType = TypeBase<"interface">;

export interface SliceType extends TypeBase<"slice"> {
  readonly elem: GoType;
}

export interface ArrayType extends TypeBase<"array"> {
  readonly elem: GoType;
  readonly length: number;
}

export interface MapType extends TypeBase<"map"> {
  readonly key: GoType;
  readonly elem: GoType;
}

export interface PointerType extends TypeBase<"pointer"> {
  readonly elem: GoType;
}

export interface Field {
  readonly name: string;
  readonly type: GoType;
}

export interface StructType extends TypeBase<"struct"> {
  readonly fields: readonly Field[];
  /** The prototype of the class that represents the struct in JavaScript. */
  readonly prototype: object | undefined;
}

/** A type that encodes itself: a GobEncoder (time.Time) or a BinaryMarshaler (uuid.UUID, netip.Addr). */
export interface OpaqueType extends TypeBase<"opaque"> {
  readonly method: "gob" | "binary" | "text";
  /** Converts bytes to a JavaScript value and back. Without a codec the value is the bytes. */
  readonly codec: OpaqueCodec | undefined;
}

export interface OpaqueCodec<Value = unknown> {
  /** Must not return null or undefined: null is a field that Go left out. Throw any error for invalid bytes. */
  decode(bytes: Uint8Array): Value;
  /** Throw any error for a value that cannot be encoded. */
  encode(value: Value): Uint8Array;
}

/** A type that is still being built: types may contain themselves. */
export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export type GoType =
  | ScalarType
  | ComplexType
  | BytesType
  | InterfaceType
  | SliceType
  | ArrayType
  | MapType
  | PointerType
  | StructType
  | OpaqueType;

/** These types are compared by identity, also with those of a registry that another copy of this package made. */
const builtin = <Type extends GoType>(type: Type): Type => onePerProcess(type.text, type);
const basic = <Kind extends ScalarKind | ComplexKind>(kind: Kind, text: string): TypeBase<Kind> =>
  onePerProcess(text, { kind, text, string: text, name: text });
const unnamed = <Kind extends string>(kind: Kind, text: string): TypeBase<Kind> => ({
  kind,
  text,
  string: text,
  name: "",
});

export const goBool: ScalarType = basic("bool", "bool");
export const goString: ScalarType = basic("string", "string");
export const goInt: ScalarType = basic("int", "int");
export const goInt64: ScalarType = basic("int64", "int64");
export const goUint: ScalarType = basic("uint", "uint");
export const goUint64: ScalarType = basic("uint64", "uint64");
export const goFloat64: ScalarType = basic("float64", "float64");
export const goComplex128: ComplexType = basic("complex128", "complex128");
export const goInterface: InterfaceType = builtin(unnamed("interface", "interface {}"));
export const goBytes: BytesType = builtin(unnamed("bytes", "[]uint8"));
export const goList: SliceType = builtin({
  ...unnamed("slice", "[]interface {}"),
  elem: goInterface,
});
export const goStringMap: MapType = builtin({
  ...unnamed("map", "map[string]interface {}"),
  key: goString,
  elem: goInterface,
});
export const goAnyMap: MapType = builtin({
  ...unnamed("map", "map[interface {}]interface {}"),
  key: goInterface,
  elem: goInterface,
});
/** Read and written as a Date, by values/go-time.ts. */
export const goTimeType: OpaqueType = builtin({
  kind: "opaque",
  text: "time.Time",
  string: "time.Time",
  name: "Time",
  method: "gob",
  codec: undefined,
});

/** The basic types that need no definition (encoding/gob/type.go, registerBasics). */
export const basicTypes: readonly GoType[] = [
  goBool,
  goString,
  goInt,
  basic("int8", "int8"),
  basic("int16", "int16"),
  basic("int32", "int32"),
  goInt64,
  goUint,
  basic("uint8", "uint8"),
  basic("uint16", "uint16"),
  basic("uint32", "uint32"),
  goUint64,
  basic("uintptr", "uintptr"),
  basic("float32", "float32"),
  goFloat64,
  basic("complex64", "complex64"),
  goComplex128,
];

/** The type behind all pointers: gob sends only the value that a pointer points to (type.go, userTypeInfo.base). */
export function baseOf(type: GoType): Exclude<GoType, PointerType> {
  let base = type;
  while (base.kind === "pointer") base = base.elem;
  return base;
}
