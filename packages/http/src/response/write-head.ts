// The arguments of writeHead: checked where the call has to wait, and joined with cookies where it is made.
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { SetCookie } from "@redistore/core";
import { headFields, setFields } from "./head-fields.ts";
import type { Doors, Response } from "./message.ts";
import { addCookies } from "./set-cookie-header.ts";

/** What may not be in a reason phrase (RFC 9112, section 4), as Node checks it. */
const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Throws what Node would throw at these arguments, at once and not when the call is made. False where Node refused them without a
 * word, as it does on a closed HTTP/2 stream.
 */
export function checkHead(
  res: Response,
  writeHead: Doors["writeHead"],
  status: number,
  reason: unknown,
  headers: unknown,
): boolean {
  const [text, given] = split(reason, headers);
  const fields = headFields(given);
  const code = Math.trunc(status);
  if (!fields || !(code >= 100 && code <= 999) || NOT_IN_REASON.test(text ?? "")) {
    writeHead.call(res, status, reason, headers);
    return false;
  }
  for (const [name, value] of fields) {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
  }
  // HTTP/2 refuses a wrong one here.
  res.statusCode = code;
  return true;
}

/** Sets the fields on the response, with the cookies among them, and gives the arguments that are left for writeHead. */
export function prepareHead(
  res: Response,
  reason: unknown,
  headers: unknown,
  cookies: readonly SetCookie[],
): [reason: unknown, headers: unknown] {
  const [text, given] = split(reason, headers);
  const fields = headFields(given);
  // Node refuses it.
  if (!fields) return [reason, headers];
  setFields(res, fields);
  addCookies(res, cookies);
  return [text, undefined];
}

function split(reason: unknown, headers: unknown): [reason: string | undefined, headers: unknown] {
  return typeof reason === "string" ? [reason, headers] : [undefined, headers ?? reason];
}
