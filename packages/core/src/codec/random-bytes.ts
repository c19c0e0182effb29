// Secure random bytes, drawn from the system in blocks.
import { randomFillSync } from "node:crypto";

// With a draw for each id and each IV, a new session costs 12 % more CPU (median of 5 pairs of runs of the bench: @redistore/http,
// scenario "new", Node 24.21).
const BLOCK_BYTES = 4096;

const block = Buffer.alloc(BLOCK_BYTES);
let used = BLOCK_BYTES;

/** `size` random bytes, which are returned only once: a copy, and the bytes in the block are wiped. */
export function pooledRandomBytes(size: number): Buffer {
  if (size > BLOCK_BYTES - used) {
    if (size > BLOCK_BYTES) return randomFillSync(Buffer.alloc(size));
    randomFillSync(block);
    used = 0;
  }
  const bytes = Buffer.from(block.subarray(used, used + size));
  block.fill(0, used, used + size);
  used += size;
  return bytes;
}
