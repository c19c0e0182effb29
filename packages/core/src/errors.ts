// The errors of redistore: one class for each thing the caller can do next.

/** Every `code` of a redistore error. Codes are stable; messages are not, so compare codes. */
export type RedistoreErrorCode =
  | "ERR_REDISTORE_CONFIG"
  | "ERR_REDISTORE_TOO_LARGE"
  | "ERR_REDISTORE_SERIALIZATION"
  | "ERR_REDISTORE_UNAVAILABLE"
  | "ERR_REDISTORE_CONFLICT"
  | "ERR_REDISTORE_GONE"
  | "ERR_REDISTORE_LIMIT"
  | "ERR_REDISTORE_HEADERS_SENT";

interface ErrorDetails {
  cause?: unknown;
}

/** Where an error of any copy of this package has its code. An `Error` of another library has no such property, whatever its `code`. */
const CODE: unique symbol = Symbol.for("@redistore/core/error-code") as never;

/**
 * The base class. Its properties are those of http-errors, so that a framework that knows http-errors sends the right response:
 * `status`, the text of that status, and `headers`.
 *
 * `instanceof` is also true for an error of another copy of this package: an application may load the ES modules and the CommonJS build.
 */
export abstract class RedistoreError extends Error {
  abstract readonly code: RedistoreErrorCode;
  /** The HTTP status to send. Absent where the application is at fault: a framework then sends 500 and logs the error. */
  declare readonly status?: number;
  /** The same as `status`: some frameworks (Nest) read only this one. */
  declare readonly statusCode?: number;
  /** Header fields to send with `status`; names in lower case. */
  declare readonly headers?: Readonly<Record<string, string>>;
  /** False: `message` is advice to developers. Koa sends the text of the status in its place, and logs the error. */
  readonly expose: boolean = false;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    const code = (value as Partial<RedistoreError> | null | undefined)?.[CODE];
    return code !== undefined && (this === RedistoreError || CODES.get(this) === code);
  }

  /** @internal */
  get [CODE](): RedistoreErrorCode {
    return this.code;
  }
}

/** Fix the code: an option, a key, a name or a call is wrong. The message names it and says what to write instead. */
export class ConfigError extends RedistoreError {
  readonly code = "ERR_REDISTORE_CONFIG" as const;
}

/** Fix the data: the session is longer than `withMaxLength`, or the stored one longer than `withMaxReadLength`. Nothing was stored. */
export class SessionTooLargeError extends RedistoreError {
  readonly code = "ERR_REDISTORE_TOO_LARGE" as const;
  /** The largest top-level key of the session: the first candidate to store elsewhere. */
  readonly key: string | undefined;

  constructor(message: string, details: ErrorDetails & { key?: string | undefined } = {}) {
    super(message, details);
    this.key = details.key;
  }
}

/** Fix the data: a value cannot be serialized, or stored bytes cannot be deserialized. Nothing was stored. */
export class SerializationError extends RedistoreError {
  readonly code = "ERR_REDISTORE_SERIALIZATION" as const;
  /** The path of the value at fault (`cart.items[2]`), if it is a single one. */
  readonly key: string | undefined;

  constructor(message: string, details: ErrorDetails & { key?: string | undefined } = {}) {
    super(message, details);
    this.key = details.key;
  }
}

/** Try again later: Redis is down, too slow, or refuses commands. `cause` is the error of the client library. */
export class StoreUnavailableError extends RedistoreError {
  readonly code = "ERR_REDISTORE_UNAVAILABLE" as const;
  override readonly status = 503;
  override readonly statusCode = 503;
  override readonly headers = { "retry-after": "1" };
  /** `"none"`: nothing was stored. `"unknown"`: the reply was lost, so the session may or may not have been stored. */
  readonly outcome: "none" | "unknown";

  constructor(message: string, details: ErrorDetails & { outcome?: "none" | "unknown" } = {}) {
    super(message, details);
    this.outcome = details.outcome ?? "none";
  }
}

/** Load the session again and repeat the change, or send 409: another request changed it, and the changes could not be merged. */
export class ConflictError extends RedistoreError {
  readonly code = "ERR_REDISTORE_CONFLICT" as const;
  override readonly status = 409;
  override readonly statusCode = 409;
}

/** Send 409: the session ended (logout, new login, expiry) after this request had loaded it. Nothing was stored. */
export class SessionGoneError extends RedistoreError {
  readonly code = "ERR_REDISTORE_GONE" as const;
  override readonly status = 409;
  override readonly statusCode = 409;
}

/** Send 403, or a page that offers to log out elsewhere: the user has as many sessions as `withMaxSessionsPerPrincipal` allows. Nothing was stored. */
export class SessionLimitError extends RedistoreError {
  readonly code = "ERR_REDISTORE_LIMIT" as const;
  override readonly status = 403;
  override readonly statusCode = 403;
}

/** Change the session earlier: this change needs a cookie, and the headers of the response had been sent. */
export class HeadersSentError extends RedistoreError {
  readonly code = "ERR_REDISTORE_HEADERS_SENT" as const;
}

/** The union of all error classes, so that a `switch` over `error.code` can be exhaustive. */
export type AnyRedistoreError =
  | ConfigError
  | SessionTooLargeError
  | SerializationError
  | StoreUnavailableError
  | ConflictError
  | SessionGoneError
  | SessionLimitError
  | HeadersSentError;

const CODES: ReadonlyMap<unknown, RedistoreErrorCode> = new Map<unknown, RedistoreErrorCode>([
  [ConfigError, "ERR_REDISTORE_CONFIG"],
  [SessionTooLargeError, "ERR_REDISTORE_TOO_LARGE"],
  [SerializationError, "ERR_REDISTORE_SERIALIZATION"],
  [StoreUnavailableError, "ERR_REDISTORE_UNAVAILABLE"],
  [ConflictError, "ERR_REDISTORE_CONFLICT"],
  [SessionGoneError, "ERR_REDISTORE_GONE"],
  [SessionLimitError, "ERR_REDISTORE_LIMIT"],
  [HeadersSentError, "ERR_REDISTORE_HEADERS_SENT"],
]);
const KNOWN_CODES: ReadonlySet<unknown> = new Set(CODES.values());

/** Whether `error` is an error of redistore, decided by its code: also true for an error of another copy of this package. */
export function isRedistoreError(error: unknown): error is AnyRedistoreError {
  return error instanceof Error && "code" in error && KNOWN_CODES.has(error.code);
}
