// The point in time by which one operation of the store has to settle, shared by all the commands it sends.

/** Created once for each operation and passed to every command of it. */
export class Deadline {
  /** On the scale of `performance.now()`, in milliseconds. */
  readonly at: number;

  constructor(seconds: number) {
    this.at = performance.now() + seconds * 1000;
  }

  /** Milliseconds left; 0 once it has passed. */
  remaining(): number {
    return Math.max(0, this.at - performance.now());
  }
}
