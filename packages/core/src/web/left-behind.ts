// Takes out of a host's session object what a save or regenerate left behind: the host saves its object again, also in the same request.
import type { Values } from "../changes/record-format.ts";

/**
 * Deletes from `host` the values of `sent` that are not in `stored`, such as those of the user whose session it was before. What the
 * application has set in the meantime stays. Returns what `host` does not have: the object that will be saved again is another one, so the
 * caller has to leave that out itself.
 *
 * @param host the host's session object, if it can be reached
 * @param sent the values that the host had saved, without those that are its own
 */
export function leaveBehind(host: unknown, sent: Values, stored: Values): Values {
  const missed: Values = {};
  for (const [key, value] of Object.entries(sent)) {
    if (Object.hasOwn(stored, key)) continue;
    if (!isObject(host) || !Object.hasOwn(host, key)) missed[key] = value;
    else if (Object.is(host[key], value)) Reflect.deleteProperty(host, key);
  }
  return missed;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}
