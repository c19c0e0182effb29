// The clock of the demo, which can be wound forward, and how long sessions last by it.

/** In seconds. A session ends this long after its login, or after its first visit without one, however busy it is. */
export const ABSOLUTE_TIMEOUT = 3600;

/** For `withClock`, in Unix seconds. An application needs no clock of its own. */
export class DemoClock {
  #ahead = 0;

  now = () => Math.floor(Date.now() / 1000) + this.#ahead;

  /** In seconds: how far it is ahead of the system's clock. */
  get ahead() {
    return this.#ahead;
  }

  /** @param {number} seconds */
  windForward(seconds) {
    this.#ahead += seconds;
  }
}
