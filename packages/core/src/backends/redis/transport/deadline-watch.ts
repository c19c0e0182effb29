// Watches the deadlines of many commands with one timer; a timer for each would cost as much as the rest of sending a command.
import type { Deadline } from "../../deadline.ts";

/** One pending command. */
export interface Watched {
  /** The deadline, by `performance.now()`. */
  readonly at: number;
  /** Called once, if the deadline passes. */
  readonly onLate: () => void;
}

/** A node of the ring. A removed node points to itself. */
interface RingNode extends Watched {
  previous: RingNode;
  next: RingNode;
}

/**
 * Deadlines mostly arrive in order, and most commands are done before theirs, so the timer is rarely set and rarely finds anything.
 * The commands form a ring that starts and ends with the watch itself. A Set would keep removed entries alive in its outgrown
 * tables until the next full garbage collection.
 */
export class DeadlineWatch {
  readonly #ring: RingNode = newNode(Infinity, () => undefined);
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;

  get size(): number {
    return this.#size;
  }

  add({ at }: Deadline, onLate: () => void): Watched {
    const watched = newNode(at, onLate);
    const { previous } = this.#ring;
    join(previous, watched);
    join(watched, this.#ring);
    this.#size++;
    if (at < this.#due) this.#wakeAt(at);
    return watched;
  }

  /** Returns true if the command was still being watched. */
  delete(watched: Watched): boolean {
    const { previous, next } = watched as RingNode;
    if (next === watched) return false;
    join(previous, next);
    join(watched as RingNode, watched as RingNode);
    this.#size--;
    return true;
  }

  #wakeAt(due: number): void {
    clearTimeout(this.#timer);
    this.#due = due;
    // setImmediate: replies that are already in the socket are read first. Redis is not late if this process was busy.
    const wake = (): void => void setImmediate(() => this.#wake());
    // Unreferenced: the socket that the reply comes from keeps the process alive, the timer need not.
    this.#timer = setTimeout(wake, Math.max(0, due - performance.now())).unref();
  }

  #wake(): void {
    this.#due = Infinity;
    // Timers round down, so deadlines within the next millisecond are due as well.
    const now = performance.now() + 1;
    let earliest = Infinity;
    const late: Watched[] = [];
    for (let watched = this.#ring.next; watched !== this.#ring; watched = watched.next) {
      if (watched.at > now) earliest = Math.min(earliest, watched.at);
      else late.push(watched);
    }
    // Called after the iteration, because a callback may remove other commands from the ring.
    for (const watched of late) if (this.delete(watched)) watched.onLate();
    if (earliest < this.#due) this.#wakeAt(earliest);
  }
}

function newNode(at: number, onLate: () => void): RingNode {
  const node = { at, onLate } as RingNode;
  join(node, node);
  return node;
}

function join(previous: RingNode, next: RingNode): void {
  previous.next = next;
  next.previous = previous;
}
