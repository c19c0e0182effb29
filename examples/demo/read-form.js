// Reads a posted form from node:http, up to a limit.

/** More than any form of the page needs. */
const MAX_BYTES = 4096;

/**
 * Discards bytes beyond the limit. A longer form usually lacks its token then, and is refused.
 *
 * @param {AsyncIterable<Buffer>} body
 */
export async function readForm(body) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    if (length < MAX_BYTES) chunks.push(chunk);
    length += chunk.length;
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8", 0, MAX_BYTES));
}
