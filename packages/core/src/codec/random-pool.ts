// Secure random bytes, drawn from the system in stocks: one small draw for each id and IV costs more than the rest of a cookie.
import { randomFillSync } from "node:crypto";

const STOCK_BYTES = 4096;

const stock = Buffer.alloc(STOCK_BYTES);
let used = STOCK_BYTES;

/** `size` bytes that nobody else gets: a copy, and its place in the stock is wiped. */
export function pooledRandomBytes(size: number): Buffer {
  if (size > STOCK_BYTES - used) {
    if (size > STOCK_BYTES) return randomFillSync(Buffer.alloc(size));
    randomFillSync(stock);
    used = 0;
  }
  const bytes = Buffer.from(stock.subarray(used, used + size));
  stock.fill(0, used, used + size);
  used += size;
  return bytes;
}
