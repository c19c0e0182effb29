// The error response where no framework sends one: the status of the error, and nothing of its message.
import { STATUS_CODES } from "node:http";
import { isRedistoreError } from "@redistore/core";
import type { NodeResponse } from "./message.ts";
import { resetHeaders } from "./reset-headers.ts";

/** Ends the response with the status text, and the headers of a redistore error such as Retry-After. Any other error is a 500. */
export function sendErrorResponse(res: NodeResponse, error: unknown): void {
  const { status = 500, headers = {} } = descriptionOf(error);
  const body = STATUS_CODES[status] ?? "Error";
  resetHeaders(res);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Length", body.length);
  res.end(body);
}

interface ErrorDescription {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Errors of other libraries may have a `status` that was meant for another server, so only those of this package count. */
function descriptionOf(error: unknown): ErrorDescription {
  if (isRedistoreError(error)) return error;
  const ours = error instanceof AggregateError && error.errors.every(isRedistoreError);
  return ours ? (error as ErrorDescription) : {};
}
