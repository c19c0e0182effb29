// The options of reading and writing gob, and what they come to.
import type { DecoderOptions } from "./decode/decoder.ts";
import { type GobLimits, resolveLimits } from "./limits.ts";
import { GobRegistry } from "./types/registry.ts";
import { TypeIds } from "./types/type-ids.ts";

export interface GobOptions {
  /** The Go types that interface values may hold, beside Go's basics. Default: a registry of its own, with the basics alone. */
  registry?: GobRegistry;
  /**
   * The first type id that is written. Default 65, as Go up to 1.20 writes; from 1.21 on it writes 64. Every Go reads either, and
   * so does this; it matters only to those who compare bytes.
   */
  firstId?: number;
  /** In place of `firstId`: ids that go on from one value to the next, as they do in one Go process. */
  typeIds?: TypeIds;
  /**
   * What to do with an interface value of a type that is not registered: `"error"` (the default, as Go), or `"keep"` it: read by its
   * definition, and written back as it was. For a service that passes on what it does not know.
   */
  unregistered?: "error" | "keep";
  /**
   * Refuse also what Go reads and no Go program writes: one key twice, lengths of interface values that are wrong, bytes after the
   * value; and strings that are no UTF-8, which Go programs can write. Default false.
   */
  strict?: boolean;
  limits?: Partial<GobLimits>;
}

/** Resolved: nothing is optional. */
export interface GobContext extends DecoderOptions {
  readonly ids: () => TypeIds;
}

/** @throws TypeError for an option that cannot be. */
export function contextOf(options: GobOptions): GobContext {
  const {
    registry = new GobRegistry(),
    firstId = 65,
    typeIds,
    unregistered = "error",
    strict = false,
  } = options;
  const first = typeIds ?? new TypeIds(firstId);
  const ids = typeIds ? () => first : () => new TypeIds(firstId);
  return { registry, unregistered, strict, limits: resolveLimits(options.limits), ids };
}
