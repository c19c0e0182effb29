// Reads a posted form from node:http, up to a limit.

/** Longer than any form of the page. */
const MAX_BYTES = 4096;

/**
 * What is beyond the limit is left out, so that a form which is too long lacks its token and is refused.
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
