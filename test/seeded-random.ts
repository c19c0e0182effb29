// Random numbers from a printed seed, so that a failing random run can be run again: SEED=123 pnpm test.

/** A seeded source of random choices. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  /** `what` is printed with the seed. */
  constructor(
    what: string,
    seed: number = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31)),
  ) {
    this.seed = seed;
    this.#state = seed;
    console.info(`${what}: SEED=${seed}`);
  }

  /** Starts over, for part `index` of a run: each part can be repeated alone. */
  restart(index: number): void {
    this.#state = Math.imul(this.seed ^ 0x9e3779b9, index + 1) | 0;
  }

  /** From 0 to 1. Mulberry32: small, fast, and good enough for tests. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
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
