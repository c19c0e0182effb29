// The order of operations on one session: one after the other, as they were called.
import type { Deadline } from "../backend/deadline.ts";

/** Runs operations one at a time. The deadline of each begins when it is called, not when its turn comes. */
export class Turns {
  readonly #deadline: () => Deadline;
  #previous: Promise<unknown> = Promise.resolve();
  #open = 0;

  constructor(deadline: () => Deadline) {
    this.#deadline = deadline;
  }

  /** Whether any operation was called that has not settled. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  run<Result>(operation: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = this.#deadline();
    this.#open++;
    const turn = this.#previous.then(() => operation(deadline)).finally(() => this.#open--);
    this.#previous = turn.then(
      () => undefined,
      () => undefined, // The caller of this turn is told; the next one only waits for it.
    );
    return turn;
  }
}
