// Those who wait for one thing, each for as long as it can, until it comes or is refused to all of them.

/** Everybody inside gets the same answer; whoever has waited long enough leaves alone. */
export class WaitingRoom<Value> {
  readonly #inside = new Set<{ admit: (value: Value) => void; refuse: (error: Error) => void }>();

  /** Waits at most `milliseconds`, then rejects with what `late` makes. */
  enter(milliseconds: number, late: () => Error): Promise<Value> {
    return new Promise((resolve, reject) => {
      const guest = {
        admit: (value: Value): void => {
          leave();
          resolve(value);
        },
        refuse: (error: Error): void => {
          leave();
          reject(error);
        },
      };
      const giveUp = (): void => {
        if (this.#inside.has(guest)) guest.refuse(late());
      };
      // What has come already is looked at first: a process that was busy itself must not take others for late.
      const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
      const leave = (): void => {
        clearTimeout(timer);
        this.#inside.delete(guest);
      };
      this.#inside.add(guest);
    });
  }

  /** Gives `value` to everybody inside. */
  admit(value: Value): void {
    for (const guest of this.#inside) guest.admit(value);
  }

  /** Turns everybody away, each with an error of its own. */
  refuse(error: () => Error): void {
    for (const guest of this.#inside) guest.refuse(error());
  }
}
