// The options for reading and writing gob, and their defaults.
import type { DecoderOptions } from "./decode/decoder.ts";
import { type GobLimits, resolveLimits } from "./limits.ts";
import { checkOptionNames, checkOptionValue } from "./option-names.ts";
import { type GobRegistry, basicRegistry } from "./types/registry.ts";
import { TypeIds } from "./types/type-ids.ts";

export interface GobOptions {
  /** The Go types that interface values may have, beside Go's basic types. Default: the basic types only. */
  registry?: GobRegistry;
  /**
   * The first type id to write. Default 65, as in Go up to 1.20; Go from 1.21 writes 64. Every Go version reads either. It matters only
   * if bytes are compared.
   */
  firstId?: number;
  /** In place of `firstId`: type ids that continue from one value to the next, as in one Go process. Use them with one registry. */
  typeIds?: TypeIds;
  /**
   * An interface value of an unregistered type is an error, as in Go (`"error"`, the default), or is read by its definition and written
   * back unchanged (`"keep"`). Use `"keep"` in a service that passes on sessions with types it does not know.
   */
  unregistered?: "error" | "keep";
  /**
   * Also refuse input that Go accepts but no Go program writes: duplicate keys, wrong lengths of interface values, bytes after the value.
   * Strings that are not UTF-8 are refused too, although Go programs can write them. Default false.
   */
  strict?: boolean;
  /** Limits on the cost of reading and writing. */
  limits?: Partial<GobLimits>;
}

const NAMES: readonly (keyof GobOptions)[] = [
  "registry",
  "firstId",
  "typeIds",
  "unregistered",
  "strict",
  "limits",
];

/** All options, with their defaults. */
export interface ResolvedOptions extends DecoderOptions {
  /** The type ids for the next value. */
  readonly nextIds: () => TypeIds;
}

/** @throws TypeError for an unknown or invalid option. `by` is the function that takes them. */
export function resolveOptions(by: string, options: GobOptions): ResolvedOptions {
  checkOptionNames(by, options, NAMES);
  const {
    registry = basicRegistry,
    firstId = 65,
    typeIds,
    unregistered = "error",
    strict = false,
  } = options;
  checkOptionValue("unregistered", unregistered, ["error", "keep"]);
  // Made now as well, to refuse an invalid firstId at once.
  const ids = typeIds ?? new TypeIds(firstId);
  const nextIds = typeIds ? () => ids : () => new TypeIds(firstId);
  return { registry, unregistered, strict, limits: resolveLimits(options.limits), nextIds };
}
