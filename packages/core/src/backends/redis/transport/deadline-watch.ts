// Watches over the deadlines of many commands with one timer: a timer for each would cost as much as the rest of a command's way.
import type { Deadline } from "../../deadline.ts";

/** One command that somebody waits for. */
export interface Watched {
  /** By `performance.now()`. */
  readonly at: number;
  /** Called once, when the deadline has passed. */
  readonly late: () => void;
}

/** In a ring that begins and ends with the watch itself. Out of it, it is linked to itself alone. */
interface Link extends Watched {
  previous: Link;
  next: Link;
}

/**
 * Commands mostly come in the order of their deadlines, and mostly are gone before them: so the timer is seldom set, and seldom finds
 * anything. A ring and not a Set, whose outgrown tables go on holding what was in them until the next full garbage collection.
 */
export class DeadlineWatch {
  readonly #ring: Link = ringOf(Infinity, () => undefined);
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;

  get size(): number {
    return this.#size;
  }

  add({ at }: Deadline, late: () => void): Watched {
    const watched = ringOf(at, late);
    const { previous } = this.#ring;
    link(previous, watched);
    link(watched, this.#ring);
    this.#size++;
    if (at < this.#due) this.#wakeAt(at);
    return watched;
  }

  /** Whether it was watched still. */
  delete(watched: Watched): boolean {
    const { previous, next } = watched as Link;
    if (next === watched) return false;
    link(previous, next);
    link(watched as Link, watched as Link);
    this.#size--;
    return true;
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
    let earliest = Infinity;
    const late: Watched[] = [];
    for (let watched = this.#ring.next; watched !== this.#ring; watched = watched.next) {
      if (watched.at > now) earliest = Math.min(earliest, watched.at);
      else late.push(watched);
    }
    // Not on the way round: what is called may take others out of the ring.
    for (const watched of late) if (this.delete(watched)) watched.late();
    if (earliest < this.#due) this.#wakeAt(earliest);
  }
}

function ringOf(at: number, late: () => void): Link {
  const one = { at, late } as Link;
  link(one, one);
  return one;
}

function link(previous: Link, next: Link): void {
  previous.next = next;
  next.previous = previous;
}
