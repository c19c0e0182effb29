// Explains why a connection could not be opened, and which option to change.
import type { Identity, NodeAddress } from "../../../options/connection.ts";
import type { PortProtocol } from "./port-protocol.ts";
import { asServerError } from "./server-error.ts";

/** What a node may speak in place of what was tried. */
interface Suspicion {
  readonly protocol: PortProtocol;
  readonly node: NodeAddress;
}

interface OpeningErrorDetails {
  readonly cause?: unknown;
  readonly isPermanent?: boolean;
  readonly suspicion?: Suspicion | undefined;
}

/** A connection could not be opened. */
export class OpeningError extends Error {
  /** True if another attempt with the same options would fail as well. */
  readonly isPermanent: boolean;
  /**
   * A port that speaks TLS closes a connection without it, and a Redis that does not stays silent in a handshake. Both may also be the
   * conduct of a Redis, or a proxy in front of it, that is starting.
   */
  readonly suspicion: Suspicion | undefined;

  constructor(message: string, details: OpeningErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = "OpeningError";
    this.isPermanent = details.isPermanent ?? false;
    this.suspicion = details.suspicion;
  }
}

/**
 * The error to report for an error of ioredis or Node. It never carries the arguments of AUTH, which ioredis puts on its errors.
 *
 * @param node where the connection went, if it is one node
 */
export function explainFailure(error: unknown, { tls }: Identity, node?: NodeAddress): Error {
  const refusal = asServerError(error);
  if (refusal) return refusal;
  if (error instanceof OpeningError) return error;
  // A host name with several addresses fails with one error for each; the first is reported.
  const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  if (!(cause instanceof Error)) return new OpeningError(String(cause));
  const explanation = tls ? explainTLS(cause, tls) : explainPlain(cause);
  if (!explanation) return cause;
  const { hint, isPermanent } = explanation;
  const suspicion: Suspicion | undefined =
    isPermanent || !node ? undefined : { protocol: tls ? "plain" : "TLS", node };
  return new OpeningError(`${reasonOf(cause)} (${hint})`, { cause, isPermanent, suspicion });
}

interface Explanation {
  readonly hint: string;
  readonly isPermanent: boolean;
}

/** Codes of certificates that Node rejects. Node's message says what is wrong with the certificate, not what to do. */
const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

function explainTLS(error: Error, tls: object): Explanation | undefined {
  const code = codeOf(error);
  if (UNTRUSTED.has(code)) {
    return {
      hint: "give the certificate of its authority: withTLS({ ca })",
      isPermanent: true,
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      hint:
        "connect to a name that is in the certificate, or give that name: withTLS({ servername }); " +
        "the natMap of withCluster and withSentinel translates announced addresses to names",
      isPermanent: true,
    };
  }
  if (/certificate required|handshake failure|bad certificate|unknown ca/i.test(error.message)) {
    return "cert" in tls || "pfx" in tls
      ? { hint: "the server rejects the client certificate of withTLS", isPermanent: true }
      : {
          hint: "the server demands a client certificate: withTLS({ cert, key })",
          isPermanent: true,
        };
  }
  // A server that closes the connection or stays silent may still be starting; bytes that are no TLS are a decision.
  const isPermanent = code === "EPROTO" || code.startsWith("ERR_SSL_");
  if (isPermanent || SILENT.test(error.message)) {
    return { hint: `does this port speak TLS? If not, ${USE_NO_TLS}`, isPermanent };
  }
  return undefined;
}

function explainPlain(error: Error): Explanation | undefined {
  if (TLS_ALERT.test(error.message)) {
    return { hint: `this port speaks TLS: ${USE_TLS}`, isPermanent: true };
  }
  const closedByServer =
    error.message === "Connection is closed." || codeOf(error) === "ECONNRESET";
  if (!closedByServer) return undefined;
  return { hint: `a port that speaks TLS does that: ${USE_TLS}`, isPermanent: false };
}

/** What ioredis says of a reply whose first byte is that of a TLS alert. RFC 8446, section 5.1 */
const TLS_ALERT = /^Unknown RESP type 21 /;

/** What Node, the pool, and ioredis for a master behind sentinels say if a handshake does not end. */
const SILENT = /SSL|TLS|no connection|^connect ETIMEDOUT$/;

export const USE_TLS = "use rediss:// in place of redis://, or withTLS({})";
export const USE_NO_TLS = "use redis:// in place of rediss://, and no withTLS";

/** Errors of OpenSSL have a long message, with places in its source, and a short reason. */
function reasonOf(error: Error): string {
  return "reason" in error && codeOf(error).startsWith("ERR_SSL_")
    ? String(error.reason)
    : error.message;
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}
