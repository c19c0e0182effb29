// The operations that handlers begin on req.session or ctx.session: the response waits for each, also if its promise is not awaited.
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import { joinSession } from "./attach.ts";

/** A callback of Node's kind: the error comes first. */
export type Callback = (error?: unknown) => void;

interface PendingOperation {
  readonly work: Promise<void>;
  /** Whether the application gets the error. */
  readonly isObserved: boolean;
}

/**
 * The promise that a handler gets. The handler may ignore it, as users of express-session do after `save()` and `destroy()`. Its error then
 * becomes the error response, and not an unhandled rejection, which would end the process.
 */
class OperationPromise extends Promise<void> implements PendingOperation {
  work: Promise<void> = this;
  isObserved = false;

  static of(work: Promise<void>): OperationPromise {
    const operation = new OperationPromise((resolve) => resolve(work));
    operation.work = work;
    void Promise.prototype.then.call(operation, undefined, () => {});
    return operation;
  }

  /** `then` and its kin return ordinary promises. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // `await`, `catch` and `finally` call it, too.
  // eslint-disable-next-line unicorn/no-thenable -- it is a promise
  override then<Fulfilled = void, Rejected = never>(
    onFulfilled?: ((value: void) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.isObserved = true;
    return super.then(onFulfilled, onRejected);
  }
}

/** The operations of one request. */
export class PendingOperations {
  /** What users call the session, for messages: `req.session`. */
  readonly name: string;
  readonly #req: HttpRequest;
  readonly #res: HttpResponse | undefined;
  readonly #report: (error: unknown) => void;
  readonly #pending = new Set<PendingOperation>();
  #joined = false;

  /**
   * @param res the response that waits; undefined if there is none
   * @param report gets the errors that neither the application nor the response gets
   */
  constructor(
    name: string,
    req: HttpRequest,
    res: HttpResponse | undefined,
    report: (error: unknown) => void,
  ) {
    this.name = name;
    this.#req = req;
    this.#res = res;
    this.#report = report;
  }

  /** Returns a promise of `work`; or calls `callback`, once. */
  add(work: Promise<void>, callback: Callback | undefined): Promise<void> | undefined {
    if (typeof callback !== "function") {
      const operation = OperationPromise.of(work);
      this.#track(operation);
      return operation;
    }
    this.#track({ work, isObserved: true });
    // On the next tick: an error that the callback throws has to be an exception, as with express-session.
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

  /** For the response: waits for all operations, and throws the first error that the application does not get. */
  async save(): Promise<void> {
    const pending = [...this.#pending];
    this.#pending.clear();
    const results = await Promise.allSettled(pending.map(({ work }) => work));
    const [first, ...others] = results.filter(
      (result, index) => result.status === "rejected" && !pending[index]?.isObserved,
    ) as PromiseRejectedResult[];
    for (const { reason } of others) this.#report(reason);
    if (first) throw first.reason;
  }

  #track(operation: PendingOperation): void {
    if (!this.#joined) joinSession(this.#req, this);
    this.#joined = true;
    this.#pending.add(operation);
    const remove = (): boolean => this.#pending.delete(operation);
    const fail = (error: unknown): void => {
      // Keep the error for the response. If the response is already closed, report it instead.
      const report = (): void => {
        if (remove() && !operation.isObserved) this.#report(error);
      };
      if (operation.isObserved || !this.#res || this.#res.destroyed) report();
      else this.#res.once("close", report);
    };
    operation.work.then(remove, fail);
  }
}
