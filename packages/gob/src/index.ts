// The public surface of @redistore/gob. Imports go one way: serializer -> session -> go-key; serializer -> stream -> options; all of these
// -> encode, decode (which do not import each other) -> values -> types -> wire -> limits, option-names, one-per-process, errors.
export { gobSerializer } from "./serializer.ts";
export type { GobOptions } from "./options.ts";
export type { GobLimits } from "./limits.ts";
export { GobError } from "./errors.ts";
export { GobRegistry, type GobEncoderOptions, type GobStructOptions } from "./types/registry.ts";
export { TypeIds } from "./types/type-ids.ts";
export type { Field, GoType, OpaqueCodec } from "./types/go-type.ts";
export { Complex, GoValue, goValue } from "./values/go-values.ts";
export { type GoTime, goTime, goTimeOf } from "./values/go-time.ts";
export { goTypeAt, goTypeOf } from "./values/go-type-of.ts";
export { fromGoKey, goKey } from "./go-key.ts";
export { decodeGob, encodeGob } from "./stream.ts";
