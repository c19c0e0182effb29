// Why a connection could not be opened, in words that lead to the mend.
import { asServerError } from "./server-error.ts";

/** Certificates that Node refuses; its message says what is wrong with one, and not what to do. */
const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

/** What decides which mend is the likely one. */
interface Destination {
  readonly tls?: unknown;
  readonly sentinels?: unknown;
}

/** The error to show for what ioredis or Node said; never with the arguments of AUTH, which ioredis hangs on its errors. */
export function explainFailure(error: unknown, to: Destination): Error {
  const refusal = asServerError(error);
  if (refusal) return refusal;
  // Several addresses of one name were tried; the first one's error speaks for all.
  const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  if (!(cause instanceof Error)) return new Error(String(cause));
  const hint = hintFor(cause, to);
  return hint === "" ? cause : new Error(`${cause.message} (${hint})`, { cause });
}

function hintFor(error: Error, { tls, sentinels }: Destination): string {
  const code = "code" in error ? String(error.code) : "";
  if (UNTRUSTED.has(code)) return "give the certificate of its authority: withTLS({ ca })";
  if (tls && (code === "EPROTO" || /SSL|TLS|no connection within/.test(error.message))) {
    return "does this port speak TLS? If not: redis:// in place of rediss://, and no withTLS";
  }
  const hungUp = error.message === "Connection is closed." || code === "ECONNRESET";
  if (!hungUp) return "";
  if (sentinels) return "the node that the sentinels named hung up, or is no master yet";
  return tls ? "" : "a port that speaks TLS does that: rediss:// or withTLS({})";
}
