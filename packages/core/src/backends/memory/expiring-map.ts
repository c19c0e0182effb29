// A map with expiring entries: an expired entry reads as absent, and is removed when it is read or by a sweep.

/** Entries that one sweep examines at most, so that it delays no request, however many sessions there are. */
const SWEEP_LIMIT = 5000;

interface Expiring<Value> {
  value: Value;
  /** In seconds, on the scale of `now`. */
  expiresAt: number;
}

/** A map from keys to values with an expiry. `now` is a clock in seconds, of any epoch. */
export class ExpiringMap<Value> {
  readonly #now: () => number;
  readonly #entries = new Map<string, Expiring<Value>>();
  /** Where the last sweep stopped. The iterator of a map survives additions and deletions. */
  #sweeping: IterableIterator<[string, Expiring<Value>]> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of entries, including expired ones that are not removed yet. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#live(key)?.value;
  }

  /** Undefined if there is no entry. */
  secondsLeft(key: string): number | undefined {
    const entry = this.#live(key);
    return entry && entry.expiresAt - this.#now();
  }

  set(key: string, value: Value, seconds: number): void {
    this.#entries.set(key, { value, expiresAt: this.#now() + seconds });
  }

  /** Raises the expiry of an entry to `seconds` from now; never lowers it. */
  raise(key: string, seconds: number): void {
    const entry = this.#live(key);
    if (entry) entry.expiresAt = Math.max(entry.expiresAt, this.#now() + seconds);
  }

  /** Returns whether there was an entry. */
  delete(key: string): boolean {
    const live = this.#live(key) !== undefined;
    this.#entries.delete(key);
    return live;
  }

  clear(): void {
    this.#entries.clear();
    this.#sweeping = undefined;
  }

  *keys(): IterableIterator<string> {
    for (const key of this.#entries.keys()) if (this.#live(key)) yield key;
  }

  /** Removes the expired ones of the next {@link SWEEP_LIMIT} entries. Repeated calls reach all entries. */
  sweep(): void {
    this.#sweeping ??= this.#entries.entries();
    for (let examined = 0; examined < SWEEP_LIMIT; examined++) {
      const next = this.#sweeping.next();
      if (next.done) {
        this.#sweeping = undefined;
        return;
      }
      this.#live(next.value[0]);
    }
  }

  #live(key: string): Expiring<Value> | undefined {
    const entry = this.#entries.get(key);
    if (!entry || this.#now() < entry.expiresAt) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
