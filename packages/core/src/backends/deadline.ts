// The point in time by which one store operation has to be done, shared by all the commands it sends.

/** Made once for each store operation, handed down to every command of it. */
export class Deadline {
  /** By `performance.now()`. */
  readonly at: number;

  constructor(seconds: number) {
    this.at = performance.now() + seconds * 1000;
  }

  /** Milliseconds left, 0 when it has passed. */
  remaining(): number {
    return Math.max(0, this.at - performance.now());
  }
}
