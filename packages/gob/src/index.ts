// The public surface of @redistore/gob.
export { gobSerializer } from "./serializer.ts";
export type { GobOptions } from "./options.ts";
export { decodeGob, encodeGob } from "./stream.ts";
export { type GobEncoderOptions, GobRegistry, type GobStructOptions } from "./types/registry.ts";
export { Complex, GoValue, goValue } from "./values/go-values.ts";
export { type GoTime, goTime, goTimeOf } from "./values/go-time.ts";
export { fromGoKey, goKey } from "./go-key.ts";
export { goTypeAt, goTypeOf } from "./values/go-type-of.ts";
export { GobError } from "./errors.ts";
export { type GobLimits } from "./limits.ts";
export { TypeIds } from "./types/type-ids.ts";
export type { Field, GoType, OpaqueCodec } from "./types/go-type.ts";
