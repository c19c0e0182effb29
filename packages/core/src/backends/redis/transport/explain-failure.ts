// Explains why a connection could not be opened, and which option to change.
import { asServerError } from "./server-error.ts";

/** Codes of certificates that Node rejects. Node's message says what is wrong with the certificate, not what to do. */
const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

/** The options of the connection that make one explanation likelier than another. */
interface Destination {
  readonly tls?: unknown;
  readonly sentinels?: unknown;
}

/** The error to report for an error of ioredis or Node. It never carries the arguments of AUTH, which ioredis puts on its errors. */
export function explainFailure(error: unknown, to: Destination): Error {
  const refusal = asServerError(error);
  if (refusal) return refusal;
  // A host name with several addresses fails with one error for each; the first is reported.
  const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  if (!(cause instanceof Error)) return new Error(String(cause));
  const hint = hintFor(cause, to);
  return hint === "" ? cause : new Error(`${cause.message} (${hint})`, { cause });
}

function hintFor(error: Error, { tls, sentinels }: Destination): string {
  const code = "code" in error ? String(error.code) : "";
  if (UNTRUSTED.has(code)) return "give the certificate of its authority: withTLS({ ca })";
  if (tls && (code === "EPROTO" || /SSL|TLS|no connection within/.test(error.message))) {
    return "does this port speak TLS? If not, use redis:// in place of rediss://, and no withTLS";
  }
  const closedByServer = error.message === "Connection is closed." || code === "ECONNRESET";
  if (!closedByServer) return "";
  if (sentinels)
    return "the node that the sentinels named closed the connection, or is not a master yet";
  return tls ? "" : "a port that speaks TLS does that: use rediss:// or withTLS({})";
}
