// Watches over the deadlines of many commands with one timer: a timer for each would cost as much as the rest of a command's way.
import type { Deadline } from "../deadline.ts";

/** One command that somebody waits for. */
export interface Watched {
  /** By `performance.now()`. */
  readonly at: number;
  /** Called once, when the deadline has passed. */
  readonly late: () => void;
}

/** Commands mostly come in the order of their deadlines, and mostly are gone before them: so the timer is seldom set, and seldom finds anything. */
export class DeadlineWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;

  get size(): number {
    return this.#watched.size;
  }

  add(deadline: Deadline, late: () => void): Watched {
    const watched = { at: performance.now() + deadline.remaining(), late };
    this.#watched.add(watched);
    if (watched.at < this.#due) this.#wakeAt(watched.at);
    return watched;
  }

  /** Whether it was watched still. */
  delete(watched: Watched): boolean {
    return this.#watched.delete(watched);
  }

  #wakeAt(due: number): void {
    clearTimeout(this.#timer);
    this.#due = due;
    // Replies that lie in the socket are read first: a process that was busy itself must not take Redis for late. And the timer
    // keeps no process alive: the socket that the reply comes from does.
    const wake = (): void => void setImmediate(() => this.#wake());
    this.#timer = setTimeout(wake, Math.max(0, due - performance.now())).unref();
  }

  #wake(): void {
    this.#due = Infinity;
    // Timers round down: what is due within this millisecond is due now.
    const now = performance.now() + 1;
    let next = Infinity;
    for (const watched of this.#watched) {
      if (watched.at <= now) {
        this.#watched.delete(watched);
        watched.late();
      } else {
        next = Math.min(next, watched.at);
      }
    }
    if (next < this.#due) this.#wakeAt(next);
  }
}
