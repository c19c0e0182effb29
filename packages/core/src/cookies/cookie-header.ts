// Reads the values of one cookie from the text of a Cookie header.

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * Returns all values of the cookie `name`, in the order of the header: browsers send the cookie with the longest path first
 * (RFC 6265, section 5.4). Other cookies are not parsed.
 *
 * Quotes around a value are removed, as Go's net/http does. A value with a percent sign is decoded: a session cookie is base64url and
 * has none, so other code added it, such as `res.cookie()` of Express.
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  if (header === undefined || name === "") return values;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    // A cookie's name has ";" or the beginning of the header before it, and "=" after it.
    let before = at - 1;
    while (isSpace(header.charCodeAt(before))) before--;
    if (before >= 0 && header[before] !== ";") continue;
    let equals = at + name.length;
    while (isSpace(header.charCodeAt(equals))) equals++;
    if (header[equals] !== "=") continue;
    const end = header.indexOf(";", equals);
    values.push(readValue(header.slice(equals + 1, end === -1 ? undefined : end)));
  }
  return values;
}

function readValue(raw: string): string {
  const trimmed = raw.trim();
  const quoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const value = quoted ? trimmed.slice(1, -1) : trimmed;
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // Not percent-encoded: the codec rejects the value, and `session.rejected` tells it.
  }
}
