// The arguments of writeHead: checked when the call is buffered, and joined with the session cookies when it is made.
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { SetCookie } from "@redistore/core";
import type { HeaderValue, NodeResponse, SendingMethods } from "./message.ts";
import { addCookies } from "./set-cookie-header.ts";

type Field = readonly [name: string, value: HeaderValue];

/** Characters that a reason phrase must not contain (RFC 9112, section 4), as Node checks it. */
const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Throws what Node would throw for these arguments: at the call, and not when it is replayed. False if Node refused them without an error,
 * as it does on a closed HTTP/2 stream.
 */
export function checkHead(
  res: NodeResponse,
  writeHead: SendingMethods["writeHead"],
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
  // HTTP/2 throws here if it does not know the status.
  res.statusCode = code;
  return true;
}

/** Sets the fields and the cookies on the response; returns the arguments that are left for writeHead. */
export function prepareHead(
  res: NodeResponse,
  reason: unknown,
  headers: unknown,
  cookies: readonly SetCookie[],
): [reason: unknown, headers: unknown] {
  const [text, given] = split(reason, headers);
  const fields = headFields(given);
  // Node will throw.
  if (!fields) return [reason, headers];
  setFields(res, fields);
  addCookies(res, cookies);
  return [text, undefined];
}

function split(reason: unknown, headers: unknown): [reason: string | undefined, headers: unknown] {
  return typeof reason === "string" ? [reason, headers] : [undefined, headers ?? reason];
}

/**
 * The fields as pairs, with duplicates, from any form that Node takes: an object, pairs, or names and values in turn. Undefined if Node would
 * refuse the form.
 */
export function headFields(headers: unknown): Field[] | undefined {
  if (headers === undefined || headers === null) return [];
  if (!Array.isArray(headers)) {
    const fields = Object.entries(headers as Record<string, HeaderValue>);
    return fields.filter(([name]) => name !== "");
  }
  if (Array.isArray(headers[0])) return headers as Field[];
  if (headers.length % 2 !== 0) return undefined;
  const flat = headers as HeaderValue[];
  return flat.flatMap((name, at): Field[] =>
    at % 2 === 0 ? [[String(name), flat[at + 1] as HeaderValue]] : [],
  );
}

/**
 * Sets the fields as writeHead does: each replaces what was set before, and duplicates stay together. Until Node 22, writeHead itself
 * loses duplicates, or throws at pairs, if other fields were set before.
 */
export function setFields(res: NodeResponse, fields: readonly Field[]): void {
  const byName = new Map<string, { name: string; values: HeaderValue[] }>();
  for (const [name, value] of fields) {
    const same = byName.get(name.toLowerCase());
    if (same) same.values.push(value);
    else byName.set(name.toLowerCase(), { name, values: [value] });
  }
  for (const { name, values } of byName.values()) {
    const [first] = values;
    if (values.length === 1 && first !== undefined) res.setHeader(name, first);
    else res.setHeader(name, values.flat().map(String));
  }
}
