// The header fields given to writeHead, in any of the shapes Node takes: an object, pairs, or names and values in turn.
import type { HeaderValue, Response } from "./message.ts";

type Field = readonly [name: string, value: HeaderValue];

/** The fields as pairs, duplicates kept; undefined where Node itself would refuse the shape. */
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
 * Sets the fields on the response, as writeHead does: each takes the place of what was set before, duplicates stay together.
 * Node itself loses duplicates, or throws at pairs, where other fields were set before (until Node 22).
 */
export function setFields(res: Response, fields: readonly Field[]): void {
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
