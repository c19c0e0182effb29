// Strings of keys that were read before: sessions have the same keys again and again.

const SLOTS = 1024;
/** Longer keys are rare, and their strings are made as any others. */
const LONGEST = 32;

// One slot per hash, the later key wins: whatever is read, this never holds more than its slots.
const cache: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

/**
 * The string of these bytes, if it is in the cache. Making a string costs more than finding it, and making a property of a new one
 * more than of one that was a property before.
 */
export function cachedKey(bytes: Uint8Array, start: number, length: number): string | undefined {
  if (length > LONGEST) return undefined;
  const key = cache[slotOf(bytes, start, length)];
  if (key?.length !== length) return undefined;
  for (let i = 0; i < length; i++) {
    if (key.charCodeAt(i) !== bytes[start + i]) return undefined;
  }
  return key;
}

/** Keeps the string of these bytes; only one of as many characters as bytes, which is ASCII, can be found again. */
export function cacheKey(key: string, bytes: Uint8Array, start: number, length: number): void {
  if (length <= LONGEST && key.length === length) cache[slotOf(bytes, start, length)] = key;
}

// Keys of one object tend to differ in these; whether they do is looked at in the end.
function slotOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length * 131 + first * 37 + middle * 7 + last) & (SLOTS - 1);
}
