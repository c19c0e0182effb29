// The errors of redistore: one class for each thing the caller can do about it.

/** Every `code` a redistore error can carry; stable, so that callers never parse messages. */
export type RedistoreErrorCode =
  | "ERR_REDISTORE_CONFIG"
  | "ERR_REDISTORE_TOO_LARGE"
  | "ERR_REDISTORE_SERIALIZATION"
  | "ERR_REDISTORE_UNAVAILABLE"
  | "ERR_REDISTORE_CONFLICT"
  | "ERR_REDISTORE_GONE"
  | "ERR_REDISTORE_HEADERS_SENT";

interface ErrorDetails {
  cause?: unknown;
}

/** The base of all of them. Recognise one by `code` with {@link isRedistoreError}, also across two copies of the package. */
export abstract class RedistoreError extends Error {
  abstract readonly code: RedistoreErrorCode;
  /** The HTTP status that tells a client the same; absent where HTTP has no word for it (a server answers 500). */
  readonly status?: number;
  /** Header fields that belong to `status`, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
  }

  /** Whether a client may read the message, as http-errors has it: true below 500. Koa shows such an error and does not log it. */
  get expose(): boolean {
    return this.status !== undefined && this.status < 500;
  }
}

/** Fix your code: an option, a key, a name or a call is wrong. The message names it and says how to mend it. */
export class ConfigError extends RedistoreError {
  readonly code = "ERR_REDISTORE_CONFIG" as const;
}

/** Fix the data: the serialized session is over `withMaxLength`. Nothing was stored. */
export class SessionTooLargeError extends RedistoreError {
  readonly code = "ERR_REDISTORE_TOO_LARGE" as const;
  /** The largest top-level key of the session, the first candidate to move elsewhere. */
  readonly key: string | undefined;

  constructor(message: string, details: ErrorDetails & { key?: string | undefined } = {}) {
    super(message, details);
    this.key = details.key;
  }
}

/** Fix the data: a value cannot be serialized, or stored bytes cannot be read. Nothing was stored. */
export class SerializationError extends RedistoreError {
  readonly code = "ERR_REDISTORE_SERIALIZATION" as const;
  /** The path of the offending value (`cart.items[2]`), where one value is to blame. */
  readonly key: string | undefined;

  constructor(message: string, details: ErrorDetails & { key?: string | undefined } = {}) {
    super(message, details);
    this.key = details.key;
  }
}

/** Redis is away, too slow, or refuses. Answer 503 and let the client come again; `cause` holds what the client library said. */
export class StoreUnavailableError extends RedistoreError {
  readonly code = "ERR_REDISTORE_UNAVAILABLE" as const;
  override readonly status = 503;
  override readonly headers = { "retry-after": "1" };
  /** `"none"`: nothing was written. `"unknown"`: the reply was lost, the write may or may not have happened. */
  readonly outcome: "none" | "unknown";

  constructor(message: string, details: ErrorDetails & { outcome?: "none" | "unknown" } = {}) {
    super(message, details);
    this.outcome = details.outcome ?? "none";
  }
}

/** Somebody else changed the session and this write could not be merged: load again and repeat, or answer 409. */
export class ConflictError extends RedistoreError {
  readonly code = "ERR_REDISTORE_CONFLICT" as const;
  override readonly status = 409;
}

/** The session ended (logout, new login, expiry) while this request held it; its write was refused. Answer 409. */
export class SessionGoneError extends RedistoreError {
  readonly code = "ERR_REDISTORE_GONE" as const;
  override readonly status = 409;
}

/** The response had begun when a change came that needs a cookie. Change the session before the first byte. */
export class HeadersSentError extends RedistoreError {
  readonly code = "ERR_REDISTORE_HEADERS_SENT" as const;
}

/** Every concrete error: a `switch (error.code)` over it is exhaustive. */
export type AnyRedistoreError =
  | ConfigError
  | SessionTooLargeError
  | SerializationError
  | StoreUnavailableError
  | ConflictError
  | SessionGoneError
  | HeadersSentError;

const codes: ReadonlySet<unknown> = new Set<RedistoreErrorCode>([
  "ERR_REDISTORE_CONFIG",
  "ERR_REDISTORE_TOO_LARGE",
  "ERR_REDISTORE_SERIALIZATION",
  "ERR_REDISTORE_UNAVAILABLE",
  "ERR_REDISTORE_CONFLICT",
  "ERR_REDISTORE_GONE",
  "ERR_REDISTORE_HEADERS_SENT",
]);

/** Whether `error` is one of ours, told by its code: true also for an error of another copy of this package. */
export function isRedistoreError(error: unknown): error is AnyRedistoreError {
  return error instanceof Error && "code" in error && codes.has(error.code);
}
