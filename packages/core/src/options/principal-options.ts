// Whose session it is, and how many sessions one user may have.
import { inspect } from "node:util";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { option, type PrincipalOf, type SessionLimit, type StoreOption } from "./option.ts";

/** All sessions of a principal are read when the limit is reached. */
const MAX_LIMIT = 1000;

/**
 * Tells by its values whose session it is, for applications that log in by setting a key, as passport does. The function gets the values of
 * a session and returns the user's id, or undefined if there is none. It is called at every load and save, so it has to be fast, and
 * must change nothing.
 *
 * ```ts
 * withPrincipal((values: { passport?: { user?: string } }) => values.passport?.user);
 * ```
 *
 * A save that finds another user's id than before is a login: `authenticatedAt` is set, and of the values of another user only those stay
 * that this request set itself. It does not change the session's id: call `regenerate` at every login, as passport does.
 */
export function withPrincipal<Data extends object = Record<string, unknown>>(
  principalOf: (values: Readonly<Data>) => string | undefined,
): StoreOption {
  if (typeof principalOf !== "function") {
    throw new ConfigError(
      "withPrincipal takes a function that returns the user's id from the values of a session.",
    );
  }
  return option((settings) =>
    settings.set("withPrincipal", "principalOf", principalOf as unknown as PrincipalOf),
  );
}

/**
 * How many sessions one principal may have at the same time. Default: no limit. What a login does that would be one more:
 *
 * - `"evict-oldest"` (default): it ends the session with the earliest login, which publishes the event `redistore:capped`.
 * - `"refuse"`: it fails with `SessionLimitError` (403), and stores nothing.
 *
 * ```ts
 * withMaxSessionsPerPrincipal(5, { atLimit: "evict-oldest" });
 * ```
 *
 * The limit is kept by logins only: sessions that were stored before this option was set stay until they end.
 */
export function withMaxSessionsPerPrincipal(
  limit: number,
  options: Partial<Pick<SessionLimit, "atLimit">> = {},
): StoreOption {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    throw new ConfigError(
      `withMaxSessionsPerPrincipal is ${inspect(limit)}. It takes a number of sessions, from 1 to ${MAX_LIMIT}.`,
    );
  }
  checkOptionNames("withMaxSessionsPerPrincipal", options, ["atLimit"]);
  const { atLimit = "evict-oldest" } = options;
  if (!["evict-oldest", "refuse"].includes(atLimit)) {
    throw new ConfigError(
      `withMaxSessionsPerPrincipal: atLimit is ${inspect(atLimit)}. It takes "evict-oldest" or "refuse".`,
    );
  }
  return option((settings) =>
    settings.set("withMaxSessionsPerPrincipal", "sessionLimit", { limit, atLimit }),
  );
}
