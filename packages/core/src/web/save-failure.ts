// Makes one error of those of several sessions, and decides which status and headers a client gets for any error.
import { isRedistoreError } from "../errors.ts";

/** The error of one session that could not be stored. */
export interface SaveFailure {
  /** The name of the session. */
  readonly name: string;
  readonly error: unknown;
}

/**
 * Returns a single error as it is, and several as an AggregateError that names the sessions, with the properties of the error with the
 * highest `status`. gorilla/sessions, Registry.Save, returns them as MultiError.
 */
export function combineFailures(failures: readonly SaveFailure[]): unknown {
  if (failures.length === 1) return failures[0]?.error;
  const list = failures.map(({ name, error }) => `"${name}" (${messageOf(error)})`).join(", ");
  const all = new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} sessions could not be stored: ${list}`,
  );
  const known = all.errors.filter(isRedistoreError);
  if (known.length < failures.length) return all;
  const [gravest] = known.toSorted((one, other) => (other.status ?? 500) - (one.status ?? 500));
  const { status, statusCode, headers, expose } = gravest ?? {};
  return Object.assign(all, { status, statusCode, headers, expose });
}

/** The response that tells a client of an error. */
export interface FailureResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The status and headers of an error response. Any error that is not of this package is a 500: other libraries' errors may have a
 * `status` that was meant for another server.
 */
export function failureResponse(error: unknown): FailureResponse {
  const ours =
    isRedistoreError(error) ||
    (error instanceof AggregateError && error.errors.every(isRedistoreError));
  const { status = 500, headers = {} } = (ours ? error : {}) as Partial<FailureResponse>;
  return { status, headers };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
