// The members that req.session and ctx.session have in common, over the session behind them.
import { inspect, type InspectOptions } from "node:util";
import type { Regeneration, Session } from "@redistore/core";
import type { Callback, PendingOperations } from "./pending-operations.ts";
import type { Values, ValuesOwner } from "./session-object.ts";

/** The members of `req.session` and `ctx.session` that are the same, as users see them. */
export interface FacadeMembers {
  /** The id: a secret. Reading it stores nothing. */
  readonly id: string;
  /** Names the session in logs and to users: no session can be loaded with it. Empty while nothing is stored. */
  readonly publicId: string;
  /**
   * Stores what changed, now. Rarely needed: the response waits for it anyway.
   *
   * Rejects with StoreUnavailableError (503); SessionGoneError, ConflictError (409); HeadersSentError, SessionTooLargeError,
   * SerializationError.
   */
  save(): Promise<void>;
  save(callback: Callback): this;
  /** Loads the stored values again. Changes that were not saved are lost. */
  reload(): Promise<void>;
  reload(callback: Callback): this;
  /** Moves the expiry, in Redis and in the browser; stores nothing else. */
  touch(): Promise<void>;
  touch(callback: Callback): this;
}

/** What a facade has to know of its request. */
export interface FacadeRequest {
  readonly session: Session<Values>;
  readonly operations: PendingOperations;
}

/**
 * The part of a framework's session object that is the same in all of them. Every method takes a callback, or returns a
 * promise; the response waits for it in both cases.
 */
export abstract class SessionFacade<
  Request extends FacadeRequest = FacadeRequest,
> implements ValuesOwner {
  /** The object that users get. */
  abstract readonly object: object;
  protected readonly request: Request;

  constructor(request: Request) {
    this.request = request;
  }

  get values(): Values {
    return this.request.session.values;
  }

  get id(): string {
    return this.request.session.id;
  }

  get publicId(): string {
    return this.request.session.publicId;
  }

  save(callback?: Callback): Promise<void> | object {
    return this.give(this.request.session.save(), callback);
  }

  regenerate(options?: Regeneration | Callback, callback?: Callback): Promise<void> | object {
    if (typeof options === "function") return this.regenerate({}, options);
    return this.give(this.startAnew(options ?? {}), callback);
  }

  destroy(callback?: Callback): Promise<void> | object {
    return this.give(this.end(), callback);
  }

  reload(callback?: Callback): Promise<void> | object {
    return this.give(this.request.session.reload(), callback);
  }

  touch(callback?: Callback): Promise<void> | object {
    return this.give(this.request.session.touch(), callback);
  }

  protected abstract startAnew(options: Regeneration): Promise<void>;

  protected abstract end(): Promise<void>;

  protected give(work: Promise<void>, callback: Callback | undefined): Promise<void> | object {
    return this.request.operations.add(work, callback) ?? this.object;
  }

  // What `console.log(req.session)` shows. Node takes this method of the proxy's target, and calls it on the proxy. As a method, its
  // computed name would not do in the declarations (TS9038).
  static {
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: Values, _depth: unknown, options: InspectOptions): string {
        const publicId = this["publicId"] as string;
        return `Session (${publicId || "not stored"}) ${inspect({ ...this }, options)}`;
      },
    });
  }
}
