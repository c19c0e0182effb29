// The options that a security review asks for, all at once.
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { checkSeconds } from "./cookie-options.ts";
import { option, type StoreOption } from "./option.ts";
import { withEncryptedValues } from "./secrecy-options.ts";
import {
  withAbsoluteTimeout,
  withAnonymousMaxAge,
  withDefaultMaxAge,
  withRolling,
} from "./lifetime-options.ts";
import { withCookieName, withSessionOptions } from "./store-options.ts";

/** In bytes: as long as the MAC, so that no attack is cheaper than on the MAC itself. */
const KEY_BYTES = 32;

/** In seconds. A visitor who does not log in has little to lose. */
const ANONYMOUS_SECONDS = 900;

/**
 * The settings that OWASP asks for, as a list of options:
 *
 * ```ts
 * const store = await createStore(keysFromEnv(), withURL(url), hardened());
 * ```
 *
 * - The cookie is `__Host-session`, Secure, and ends with the browser.
 * - A session ends when it was not used for `idle` seconds (default 1800; 900 at most without a principal), and `absolute` seconds (default
 *   43,200) after its login, or else after it began.
 * - What is stored is encrypted. Plain records of before are still read, and encrypted by their next save.
 * - Authentication keys are 32 bytes or longer.
 *
 * Over plain HTTP no session is stored, also in development: `production && hardened()`. Of its settings none can be given beside it; leave it out and
 * give the others one by one to change one.
 *
 * @throws ConfigError if a time is out of range, or `idle` is not shorter than `absolute`
 */
export function hardened(
  options: { readonly idle?: number; readonly absolute?: number } = {},
): readonly StoreOption[] {
  checkOptionNames("hardened", options, ["idle", "absolute"]);
  const { idle = 1800, absolute = 43_200 } = options;
  checkSeconds("hardened: idle", idle, 1);
  checkSeconds("hardened: absolute", absolute, 1);
  if (idle >= absolute) {
    throw new ConfigError(
      `hardened: idle is ${idle} seconds, and absolute ${absolute}. idle has to be shorter.`,
    );
  }
  return [
    withCookieName("__Host-session"),
    withSessionOptions({ secure: true, maxAge: 0, path: "/" }),
    withDefaultMaxAge(idle),
    withRolling(),
    withAbsoluteTimeout(absolute),
    withAnonymousMaxAge(Math.min(idle, ANONYMOUS_SECONDS)),
    withEncryptedValues(),
    option((settings) => settings.set("hardened", "keyBytes", KEY_BYTES)),
  ];
}
