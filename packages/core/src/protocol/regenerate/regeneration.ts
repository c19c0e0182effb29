// The options of regenerate() and their check.
import { inspect } from "node:util";
import { TOMBSTONE_SECONDS } from "../../backends/tombstone.ts";
import { checkOptionNames } from "../../option-names.ts";
import { ConfigError } from "../../errors.ts";
import { checkPrincipal } from "../principals/named.ts";

/** How a session gets a new id. `Key` are the keys of its values. */
export interface Regeneration<Key extends string = string> {
  /**
   * The user's id, for a login: this request has checked the user's credentials. Left out, the session stays with the principal it has,
   * or belongs to none if `keep` is false. If the values name another one for `withPrincipal`, and `keep` is left out, it is a login of that one.
   */
  readonly principal?: string | undefined;
  /**
   * Which values the session keeps: all, none, or those under these keys. Default: all; if another principal logs in, only those that this
   * request set.
   */
  readonly keep?: boolean | readonly Key[] | undefined;
  /**
   * Your own words for the session, to show in a list of the user's devices ("Firefox on Linux"): 200 characters at most. Default: the
   * session keeps the label it has, if it keeps its data.
   */
  readonly label?: string | undefined;
  /**
   * Seconds in which requests with the old id, such as those already under way, are served on the session under its new id, from 0
   * (default) to 300. Not for a login.
   */
  readonly grace?: number | undefined;
}

const MAX_LABEL_LENGTH = 200;

/** Checks the options, which JavaScript callers may get wrong. @throws ConfigError */
export function checkRegeneration(regeneration: unknown): void {
  checkOptionNames("regenerate", regeneration, ["principal", "keep", "label", "grace"]);
  const { principal, keep, label, grace } = regeneration as Record<keyof Regeneration, unknown>;
  if (principal !== undefined) checkPrincipal("regenerate: principal", principal);
  if (label !== undefined && (typeof label !== "string" || label.length > MAX_LABEL_LENGTH)) {
    const found = typeof label === "string" ? `${label.length} characters long` : typeof label;
    throw new ConfigError(
      `regenerate: label is ${found}. It takes a string of ${MAX_LABEL_LENGTH} characters at most.`,
    );
  }
  const isKeys = Array.isArray(keep) && keep.every((key) => typeof key === "string");
  if (keep !== undefined && typeof keep !== "boolean" && !isKeys) {
    throw new ConfigError(
      `regenerate: keep is of type ${typeof keep}. It takes true, false or a list of keys.`,
    );
  }
  const inRange = typeof grace === "number" && grace >= 0 && grace <= TOMBSTONE_SECONDS;
  if (grace !== undefined && !inRange) {
    throw new ConfigError(
      `regenerate: grace is ${inspect(grace)}. It takes seconds, from 0 to ${TOMBSTONE_SECONDS}.`,
    );
  }
  if (grace && principal !== undefined) {
    throw new ConfigError(
      "regenerate: grace cannot be combined with principal. A login ends the old id at once, because another person may know it. Leave grace out.",
    );
  }
}
