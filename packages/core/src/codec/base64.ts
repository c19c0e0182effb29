// Go's base64.URLEncoding, padding included, with one accepted spelling for each value.

/** Encodes as `securecookie.encode` does: URL-safe alphabet, padded with `=`. */
export function encodeBase64(bytes: Buffer): string {
  const text = bytes.toString("base64url");
  const rest = bytes.length % 3;
  if (rest === 0) return text;
  return rest === 1 ? `${text}==` : `${text}=`;
}

/**
 * Decodes what {@link encodeBase64} writes, and nothing else: `undefined` for missing padding, another alphabet, stray trailing
 * bits, CR or LF. Go accepts the last two, so that one signed value has many spellings; here it has one.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  // Node's decoder skips what it does not know; only the canonical spelling survives the way back.
  return encodeBase64(bytes) === text ? bytes : undefined;
}
