// The operations that handlers begin on req.session: a response waits for those, too, that nobody else waits for.
import { type HttpRequest, type HttpResponse, joinSession } from "@redistore/http";

/** @internal As Node has them; the error comes first. */
export type Callback = (error?: unknown) => void;

interface Pending {
  readonly work: Promise<void>;
  /** Whether somebody gets its error. */
  readonly isTaken: boolean;
}

/**
 * The promise that a handler gets. It may be left alone, as users of express-session do after `save()` and `destroy()`: its rejection is the
 * response's then, and no unhandled one, which would end the process.
 */
class Operation extends Promise<void> implements Pending {
  work: Promise<void> = this;
  isTaken = false;

  static of(work: Promise<void>): Operation {
    const operation = new Operation((resolve) => resolve(work));
    operation.work = work;
    void Promise.prototype.then.call(operation, undefined, () => {});
    return operation;
  }

  /** What is derived of it is an ordinary promise again. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // `await`, `catch` and `finally` call it, too.
  // eslint-disable-next-line unicorn/no-thenable -- it is a promise
  override then<Fulfilled = void, Rejected = never>(
    onFulfilled?: ((value: void) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.isTaken = true;
    return super.then(onFulfilled, onRejected);
  }
}

/** @internal Those of one request. */
export class Operations {
  readonly name = "req.session";
  readonly #req: HttpRequest;
  readonly #res: HttpResponse;
  readonly #report: (error: unknown) => void;
  readonly #pending = new Set<Pending>();
  #joined = false;

  constructor(req: HttpRequest, res: HttpResponse, report: (error: unknown) => void) {
    this.#req = req;
    this.#res = res;
    this.#report = report;
  }

  /** Gives the promise of `work`, or calls `callback` once. */
  give(work: Promise<void>, callback: Callback | undefined): Promise<void> | undefined {
    if (typeof callback !== "function") {
      const operation = Operation.of(work);
      this.#await(operation);
      return operation;
    }
    this.#await({ work, isTaken: true });
    // Not in the promise's own turn: what the callback throws has to be an exception, as with express-session.
    work.then(
      () => process.nextTick(callback),
      (error: unknown) => process.nextTick(callback, error),
    );
    return undefined;
  }

  /** For the response. */
  needsSave(): boolean {
    return this.#pending.size > 0;
  }

  /** For the response: waits for all, and throws what nobody else gets. */
  async save(): Promise<void> {
    const pending = [...this.#pending];
    this.#pending.clear();
    const outcomes = await Promise.allSettled(pending.map(({ work }) => work));
    const [first, ...others] = outcomes.filter(
      (outcome, at) => outcome.status === "rejected" && !pending[at]?.isTaken,
    ) as PromiseRejectedResult[];
    for (const { reason } of others) this.#report(reason);
    if (first) throw first.reason;
  }

  #await(operation: Pending): void {
    if (!this.#joined) joinSession(this.#req, this);
    this.#joined = true;
    this.#pending.add(operation);
    const end = (): boolean => this.#pending.delete(operation);
    const fail = (error: unknown): void => {
      // For the response it stays; where that has no use for it any more, it must not be lost.
      const tell = (): void => {
        if (end() && !operation.isTaken) this.#report(error);
      };
      const isOver = this.#res.destroyed || typeof this.#res.once !== "function";
      if (operation.isTaken || isOver) tell();
      else this.#res.once("close", tell);
    };
    operation.work.then(end, fail);
  }
}
