// Runs the operations on one session one at a time, in the order of their calls.
import type { Deadline } from "../backends/deadline.ts";

export class SerialQueue {
  readonly #deadline: () => Deadline;
  /** Start the operations that wait for those before them. */
  readonly #waiting: Array<() => void> = [];
  #open = 0;

  /** @param deadline makes the deadline of each operation when it is called, not when it starts: waiting counts */
  constructor(deadline: () => Deadline) {
    this.#deadline = deadline;
  }

  /** Whether an operation has not settled yet. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** Runs `operation` after those before it. If there is none, it starts before this method returns. */
  run<Result>(operation: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = this.#deadline();
    const result =
      this.#open++ > 0
        ? new Promise<void>((start) => this.#waiting.push(start)).then(() => operation(deadline))
        : operation(deadline);
    const settle = (): void => {
      this.#open--;
      this.#waiting.shift()?.();
    };
    // The caller gets a rejection; the next operation only waits for it.
    result.then(settle, settle);
    return result;
  }
}
