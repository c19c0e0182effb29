// The public surface of @redistore/gob.
export { gobSerializer } from "./gob-serializer.ts";
export type { GobOptions } from "./gob-options.ts";
export { decodeGob, encodeGob } from "./gob-stream.ts";
export { type GobEncoderOptions, GobRegistry, type GobStructOptions } from "./registry.ts";
export { Complex, GoValue, goValue } from "./go-values.ts";
export { type GoTime, goTime, goTimeOf } from "./go-time.ts";
export { fromGoKey, goKey } from "./go-key.ts";
export { goTypeAt, goTypeOf } from "./go-type-of.ts";
export { GobError } from "./gob-error.ts";
export { type GobLimits } from "./limits.ts";
export { TypeIds } from "./type-table.ts";
export type { Field, GoType, OpaqueCodec } from "./go-type.ts";
