// What one req.session stands for: the members that Express users know, over the session behind it.
import { inspect } from "node:util";
import { ConfigError, type Regeneration, type Session } from "@redistore/core";
import { type SessionHost, sessionObjects } from "@redistore/http";
import type { Callback, Operations } from "./pending-operations.ts";
import { SessionCookie } from "./session-cookie.ts";

/** @internal Data by key. */
export type Values = SessionHost["values"];

/** @internal Where it is at home: a request. */
export interface SessionHome {
  readonly session: Session<Values>;
  readonly operations: Operations;
  /** What `req.session` gives. */
  current: HostSession | undefined;
  /** The data are looked at, perhaps to be changed. */
  visited(): void;
}

interface Snapshot {
  readonly id: string;
  readonly values: Values;
}

const present = sessionObjects<HostSession>({
  name: "req.session",
  values: "getSession(req).values",
  members: ["id", "cookie", "save", "regenerate", "destroy", "reload", "touch", "resetMaxAge"],
  checkChange: (host, key) => {
    if (!host.isReplaced) return;
    throw new ConfigError(
      `"${String(key)}" was changed in a session that is req.session no more: it was regenerated or destroyed. Take req.session anew.`,
    );
  },
});

/** @internal */
export class HostSession implements SessionHost {
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
    this.#home.visited();
    return this.#before?.values ?? this.#home.session.values;
  }

  get id(): string {
    return this.#before?.id ?? this.#home.session.id;
  }

  get cookie(): SessionCookie {
    return (this.#cookie ??= new SessionCookie(this.#home.session.options));
  }

  save(callback?: Callback): Promise<void> | object {
    return this.#give(this.#home.session.save(), callback);
  }

  regenerate(options?: Regeneration | Callback, callback?: Callback): Promise<void> | object {
    if (typeof options === "function") return this.regenerate({}, options);
    return this.#give(this.#regenerate({ keep: false, ...options }), callback);
  }

  destroy(callback?: Callback): Promise<void> | object {
    this.leave();
    return this.#give(this.#home.session.destroy(), callback);
  }

  reload(callback?: Callback): Promise<void> | object {
    return this.#give(this.#home.session.reload(), callback);
  }

  touch(callback?: Callback): Promise<void> | object {
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

  async #regenerate(options: Regeneration): Promise<void> {
    const before = this.#snapshot();
    await this.#home.session.regenerate(options);
    this.leave(new HostSession(this.#home), before);
  }

  #snapshot(): Snapshot {
    // Without a prototype, as the values themselves.
    return { id: this.id, values: Object.assign(Object.create(null) as Values, this.values) };
  }

  #give(work: Promise<void>, callback: Callback | undefined): Promise<void> | object {
    return this.#home.operations.give(work, callback) ?? this.object;
  }
}

// What `console.log(req.session)` shows: Node asks the target of a proxy for it, and calls it on the proxy.
Object.defineProperty(HostSession.prototype, inspect.custom, {
  value(this: Values): Values {
    return { ...this };
  },
});
