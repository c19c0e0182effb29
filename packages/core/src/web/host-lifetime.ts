// The options of the stores for other session libraries: how long a session lives, if its host does not decide that.
import { inspect } from "node:util";
import type { Values } from "../changes/record-format.ts";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";

/** The options of `ExpressSessionStore` and `KoaSessionStore`. */
export interface HostStoreOptions {
  /**
   * The lifetime of a session by its values, in seconds, in place of the host's: 0 or less ends it. Called for each save and touch. Default: the host's
   * lifetime.
   */
  readonly ttl?: ((values: Readonly<Values>) => number) | undefined;
}

/**
 * The option `ttl` of a store, whose result is checked: whole seconds, -1 for a session that ends. Undefined if it was not given.
 *
 * @throws ConfigError; the returned function throws it, too
 */
export function checkedTtl(by: string, options: HostStoreOptions): HostStoreOptions["ttl"] {
  checkOptionNames(by, options, ["ttl"]);
  const { ttl } = options;
  if (ttl === undefined) return undefined;
  if (typeof ttl !== "function") {
    throw new ConfigError(
      `${by}: ttl is ${inspect(ttl)}. It takes a function that returns seconds, such as () => 3600.`,
    );
  }
  return (values) => {
    const seconds: unknown = ttl(values);
    if (typeof seconds !== "number" || !Number.isFinite(seconds)) {
      throw new ConfigError(`${by}: ttl returned ${inspect(seconds)}. It has to return seconds.`);
    }
    return seconds > 0 ? Math.ceil(seconds) : -1;
  };
}
