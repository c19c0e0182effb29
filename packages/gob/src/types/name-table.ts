// A map from names to values, in which a name is found from its bytes without making a string.

interface Entry<Value> {
  readonly name: Uint8Array;
  value: Value;
}

/** The names come from the program, not from input, so there is no defence against chosen collisions. */
export class NameTable<Value> {
  readonly #buckets: Entry<Value>[][] = Array.from({ length: 256 }, () => []);

  set(name: string, value: Value): void {
    const bytes = Buffer.from(name);
    const bucket = this.#buckets[hashOf(bytes, 0, bytes.length)];
    const entry = bucket?.find((each) => isSame(each.name, bytes, 0, bytes.length));
    if (entry) entry.value = value;
    else bucket?.push({ name: bytes, value });
  }

  get(name: string): Value | undefined {
    const bytes = Buffer.from(name);
    return this.find(bytes, 0, bytes.length);
  }

  find(bytes: Uint8Array, start: number, length: number): Value | undefined {
    const bucket = this.#buckets[hashOf(bytes, start, length)] as Entry<Value>[];
    for (let i = 0; i < bucket.length; i++) {
      const entry = bucket[i] as Entry<Value>;
      if (isSame(entry.name, bytes, start, length)) return entry.value;
    }
    return undefined;
  }
}

// The length and three bytes distinguish most of Go's type names; `isSame` compares the rest.
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length * 7 + first + middle * 3 + last * 5) & 0xff;
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (name[i] !== bytes[start + i]) return false;
  }
  return true;
}
