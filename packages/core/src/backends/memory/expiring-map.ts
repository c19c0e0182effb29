// A map whose entries end by themselves: read as absent once their time is over, and swept out bit by bit.

/** Most entries one sweep looks at, so that it never holds up a request, however many sessions there are. */
const SWEEP_LIMIT = 5000;

interface Expiring<Value> {
  value: Value;
  /** In the seconds of `now`. */
  endsAt: number;
}

/** Keys to values with an expiry, by a clock that is handed in (seconds, of any epoch). */
export class ExpiringMap<Value> {
  readonly #now: () => number;
  readonly #entries = new Map<string, Expiring<Value>>();
  /** Where the last sweep stopped: a map's iterator goes on in spite of additions and deletions. */
  #sweeping: IterableIterator<[string, Expiring<Value>]> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Entries held, those included that have ended and that nobody has met yet. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#live(key)?.value;
  }

  set(key: string, value: Value, seconds: number): void {
    this.#entries.set(key, { value, endsAt: this.#now() + seconds });
  }

  /** Lets an entry live until `seconds` from now, if that is later than it would have ended. */
  raise(key: string, seconds: number): void {
    const entry = this.#live(key);
    if (entry) entry.endsAt = Math.max(entry.endsAt, this.#now() + seconds);
  }

  /** Whether there was one. */
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

  /** Drops ended entries among the next few thousand; called again and again it comes round to all. */
  sweep(): void {
    this.#sweeping ??= this.#entries.entries();
    for (let looked = 0; looked < SWEEP_LIMIT; looked++) {
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
    if (!entry || this.#now() < entry.endsAt) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
