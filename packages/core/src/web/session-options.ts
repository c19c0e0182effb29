// The options of a session where a request asks for it: name and cookie attributes.
import { checkOptionNames } from "../option-names.ts";
import {
  COOKIE_OPTION_NAMES,
  checkCookieName,
  checkCookieOptions,
  type CookieOptions,
} from "../options/cookie-options.ts";
import { ConfigError } from "../errors.ts";

/** Which session of the store is asked for. A string in place of this object is the name. */
export interface SessionOptions {
  /** The cookie name. Default `store.defaultName`. Each name is a session of its own. */
  readonly name?: string | undefined;
  /** Cookie attributes over those of the store. */
  readonly cookie?: CookieOptions | undefined;
  /** False if the request does not keep the session alive, where the store has `withRolling`. Default true. */
  readonly rolling?: boolean | undefined;
}

const NAMES = ["name", "cookie", "rolling"];
const NO_OPTIONS: object = {};

/**
 * Checks the options given to `by`, and returns them as an object.
 *
 * @param others the names of the adapter's own options
 * @throws ConfigError
 */
export function resolveSessionOptions<Options extends Pick<SessionOptions, "name" | "cookie">>(
  by: string,
  options: string | Options | undefined,
  others: readonly string[] = [],
): Options {
  if (options === undefined) return NO_OPTIONS as Options;
  const resolved = typeof options === "string" ? ({ name: options } as Options) : options;
  refuseMisplaced(by, resolved);
  checkOptionNames(by, resolved, [...NAMES, ...others]);
  const { name, cookie } = resolved;
  if (name !== undefined) checkCookieName(name);
  if (cookie !== undefined) checkCookieOptions(`${by}: cookie`, cookie);
  const { rolling } = resolved as { readonly rolling?: unknown };
  if (!["undefined", "boolean", "function"].includes(typeof rolling)) {
    throw new ConfigError(
      `${by}: rolling is of type ${typeof rolling}. It takes false for requests that do not keep the session alive, or a function that tells by the request.`,
    );
  }
  return resolved;
}

/** A cookie attribute beside `cookie` would have no effect. */
function refuseMisplaced(by: string, options: object): void {
  if (typeof options !== "object" || options === null) return;
  for (const given of Object.keys(options)) {
    const name = COOKIE_OPTION_NAMES.find((each) => each.toLowerCase() === given.toLowerCase());
    if (name === undefined) continue;
    throw new ConfigError(
      `${by} has no option "${given}": it is an attribute of the cookie. Write ${by}(store, { cookie: { ${name}: ... } }).`,
    );
  }
}
