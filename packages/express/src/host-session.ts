// What one req.session stands for: the members that Express users know, over the session behind it.
import { inspect } from "node:util";
import type { Regeneration, Session } from "@redistore/core";
import { Operation } from "./operation.ts";
import { SessionCookie } from "./session-cookie.ts";
import { present } from "./session-object.ts";

/** @internal Data by key. */
export type Values = Record<PropertyKey, unknown>;

/** @internal Where it is at home: a request. */
export interface SessionHome {
  readonly session: Session<Values>;
  /** What `req.session` gives. */
  current: HostSession | undefined;
  /** Takes an error that nobody waits for. */
  report(error: unknown): void;
}

interface Snapshot {
  readonly id: string;
  readonly values: Values;
}

type Callback = (error?: unknown) => void;

/** @internal Its members bear the names that are reserved in `req.session`. */
export class HostSession {
  /** What users have in their hands. */
  readonly object: object = present(this);
  readonly #home: SessionHome;
  /** What it was when it ceased to be `req.session`. */
  #before: Snapshot | undefined;
  #cookie: SessionCookie | undefined;

  constructor(home: SessionHome) {
    this.#home = home;
  }

  get isReplaced(): boolean {
    return this.#before !== undefined;
  }

  get values(): Values {
    return this.#before?.values ?? this.#home.session.values;
  }

  get id(): string {
    return this.#before?.id ?? this.#home.session.id;
  }

  get cookie(): SessionCookie {
    return (this.#cookie ??= new SessionCookie(this.#home.session.options));
  }

  save(callback?: Callback): unknown {
    return this.#give(this.#home.session.save(), callback);
  }

  regenerate(options?: Regeneration | Callback, callback?: Callback): unknown {
    if (typeof options === "function") return this.regenerate({}, options);
    return this.#give(this.#regenerate({ keep: false, ...options }), callback);
  }

  destroy(callback?: Callback): unknown {
    const { session } = this.#home;
    this.leave();
    const destroyed = session.destroy();
    destroyed.catch(() => {
      // The response tries once more, and answers the error if it has to.
      session.options.maxAge = -1;
    });
    return this.#give(destroyed, callback);
  }

  reload(callback?: Callback): unknown {
    return this.#give(this.#home.session.reload(), callback);
  }

  touch(callback?: Callback): unknown {
    return this.#give(this.#home.session.touch(), callback);
  }

  /** The lifetime begins anew with every save as it is; there is nothing to reset. */
  resetMaxAge(): object {
    return this.object;
  }

  /** From now on `next` is `req.session`; this object stays readable as it was. */
  leave(next?: HostSession, before: Snapshot = this.#snapshot()): void {
    this.#before ??= before;
    this.#home.current = next;
  }

  /** What `console.log(req.session)` shows. Called on the object in the users' hands. */
  [inspect.custom](): Values {
    return { ...(this as unknown as Values) };
  }

  async #regenerate(options: Regeneration): Promise<void> {
    const before = this.#snapshot();
    await this.#home.session.regenerate(options);
    this.leave(new HostSession(this.#home), before);
  }

  #snapshot(): Snapshot {
    // Without a prototype, as the values themselves.
    return { id: this.id, values: Object.assign(Object.create(null) as Values, this.values) };
  }

  #give(work: Promise<void>, callback: Callback | undefined): unknown {
    if (typeof callback !== "function") {
      return Operation.of(work, (error) => this.#home.report(error));
    }
    // Not in the promise's own turn: what the callback throws has to be an exception, as with express-session.
    work.then(
      () => process.nextTick(callback),
      (error: unknown) => process.nextTick(callback, error),
    );
    return this.object;
  }
}
