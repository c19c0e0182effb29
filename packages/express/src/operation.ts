// What the methods of req.session give: a promise that nobody has to wait for.

/**
 * The outcome of one operation. Where nobody takes it, `report` gets its error: users of express-session call `save()` and `destroy()`
 * without waiting, and an unhandled rejection would end the process for it.
 */
export class Operation extends Promise<void> {
  #taken = false;

  static of(work: Promise<void>, report: (error: unknown) => void): Operation {
    const operation = new Operation((resolve) => resolve(work));
    // Not by its own `then`, which stands for somebody who listens.
    Promise.prototype.then.call(operation, undefined, (error: unknown) => {
      if (!operation.#taken) report(error);
    });
    return operation;
  }

  /** What is derived of it is an ordinary promise again. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // `await`, `catch` and `finally` call it, too.
  override then<Fulfilled = void, Rejected = never>(
    onFulfilled?: ((value: void) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#taken = true;
    return super.then(onFulfilled, onRejected);
  }
}
