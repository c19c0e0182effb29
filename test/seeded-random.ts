// Random numbers from a printed seed, so that a failing run can be repeated: SEED=123 pnpm test.

export class SeededRandom {
  readonly seed: number;
  #state: number;

  /** Prints `purpose` with the seed. */
  constructor(
    purpose: string,
    seed: number = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31)),
  ) {
    this.seed = seed;
    this.#state = seed;
    console.info(`${purpose}: SEED=${seed}`);
  }

  /** Restarts the sequence for part `index` of a run, so that each part can be repeated alone. */
  restart(index: number): void {
    this.#state = Math.imul(this.seed ^ 0x9e3779b9, index + 1) | 0;
  }

  /** A number from 0 (inclusive) to 1 (exclusive), by Mulberry32: small, fast and good enough for tests. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `end - 1`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}
