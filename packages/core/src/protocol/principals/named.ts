// Whose session it is: the check of a principal, and what follows if the values of a session name another one.
import { inspect } from "node:util";
import type { Metadata } from "../../changes/metadata.ts";
import type { Content, Values } from "../../changes/record-format.ts";
import { ConfigError } from "../../errors.ts";
import { timeOf, withBeginning } from "../lifetime.ts";
import type { RecordsSettings } from "../protocol-context.ts";

const MAX_BYTES = 256;

/** @param subject what gave it, for the message @throws ConfigError if `principal` is not a user's id */
export function checkPrincipal(subject: string, principal: unknown): asserts principal is string {
  if (typeof principal !== "string" || principal === "") {
    // The value may be a whole user with a password; only its type is shown.
    const found = principal === null || principal === "" ? inspect(principal) : typeof principal;
    throw new ConfigError(
      `${subject} is ${found}. It takes the user's id as a string that is not empty, such as String(user.id).`,
    );
  }
  const length = Buffer.byteLength(principal);
  if (length > MAX_BYTES) {
    throw new ConfigError(
      `${subject} is ${length} bytes long. It takes the user's id, ${MAX_BYTES} bytes at most.`,
    );
  }
}

/** The principal that the values name by `withPrincipal`. @throws ConfigError if the function returns no user's id */
export function namedPrincipal(
  { principalOf }: RecordsSettings,
  values: Values,
): string | undefined {
  const principal = principalOf?.(values);
  if (principal === undefined || principal === null) return undefined;
  checkPrincipal("What the function of withPrincipal returned", principal);
  return principal;
}

/** `metadata` for a session whose values named `before`, and name `after` now. */
export function withNamed(
  settings: RecordsSettings,
  metadata: Metadata,
  before: string | undefined,
  after: string | undefined,
): Metadata {
  // A principal given to regenerate() stays while the values name none.
  if (after === metadata.principal || (after === undefined && before === undefined))
    return metadata;
  const { principal: _, authenticated: __, listed: ___, ...others } = metadata;
  if (after === undefined) return others;
  // When a session that names its principal already was logged in, is not known.
  if (after === before) return { ...others, principal: after };
  return { ...others, principal: after, authenticated: timeOf(settings) };
}

/** Runs `update` on the values of `content`, and returns the metadata for them. */
export function updateNaming(
  settings: RecordsSettings,
  { values, metadata }: Content,
  update: (values: Values) => void,
): Metadata {
  const before = namedPrincipal(settings, values);
  update(values);
  const named = withNamed(settings, metadata, before, namedPrincipal(settings, values));
  return withBeginning(settings, named);
}
