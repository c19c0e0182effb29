// The order of operations on one session: one after the other, as they were called.
import type { Deadline } from "../backends/deadline.ts";

/** Runs operations one at a time. The deadline of each begins when it is called, not when its turn comes. */
export class Turns {
  readonly #deadline: () => Deadline;
  /** Settled when the last operation is done; it never rejects. */
  #last: Promise<void> | undefined;
  #open = 0;

  constructor(deadline: () => Deadline) {
    this.#deadline = deadline;
  }

  /** Whether any operation was called that has not settled. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** What can begin at once begins before this returns. */
  run<Result>(operation: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = this.#deadline();
    const before = this.#open++ > 0 ? this.#last : undefined;
    let end!: () => void;
    // Made before the operation begins: code that it calls at once may call for the next one.
    this.#last = new Promise((resolve) => {
      end = () => {
        this.#open--;
        resolve();
      };
    });
    const turn = before ? before.then(() => operation(deadline)) : operation(deadline);
    // Also where it failed: its caller is told, the next one only waits for it.
    turn.then(end, end);
    return turn;
  }
}
