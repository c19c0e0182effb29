// Reads the Cookie header: the values sent under one name.

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * All values of the cookie `name` in a Cookie header, in the order they came in; browsers send the one with the longest path
 * first (RFC 6265, section 5.4). Other cookies cost a search, no parsing.
 *
 * Quotes around a value are taken off, as Go's net/http does. A value with a percent sign is decoded: session cookies are
 * base64url and have none, so one was put there by somebody on the way, such as `res.cookie()` of Express.
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  if (header === undefined || name === "") return values;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    // The name stands alone: ";" or the beginning before it, "=" behind it.
    let before = at - 1;
    while (isSpace(header.charCodeAt(before))) before--;
    if (before >= 0 && header[before] !== ";") continue;
    let equals = at + name.length;
    while (isSpace(header.charCodeAt(equals))) equals++;
    if (header[equals] !== "=") continue;
    const end = header.indexOf(";", equals);
    values.push(read(header.slice(equals + 1, end === -1 ? undefined : end)));
  }
  return values;
}

function read(raw: string): string {
  const trimmed = raw.trim();
  const quoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const value = quoted ? trimmed.slice(1, -1) : trimmed;
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // Not percent-encoding after all: the codec rejects it, and says so in `session.rejected`.
  }
}
