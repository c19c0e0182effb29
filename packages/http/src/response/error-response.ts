// The answer that the client gets where no framework gives one: the status of an error, and nothing of what it says.
import { STATUS_CODES } from "node:http";
import { isRedistoreError } from "@redistore/core";
import type { Response } from "./message.ts";
import { retract } from "./reset-headers.ts";

/** Ends the response with the status and headers of a redistore error, or else with 500. */
export function answerError(res: Response, error: unknown): void {
  const { status = 500, headers = {} } = answerOf(error);
  const body = STATUS_CODES[status] ?? "Error";
  retract(res);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Length", body.length);
  res.end(body);
}

interface Answer {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Errors of other libraries have a `status` too, often meant for another server: only our own are believed. */
function answerOf(error: unknown): Answer {
  if (isRedistoreError(error)) return error;
  const ours = error instanceof AggregateError && error.errors.every(isRedistoreError);
  return ours ? (error as Answer) : {};
}
