// The type of ctx.session: the members that Koa users know, and the data of the store.
import type { Regeneration, SessionData } from "@redistore/core";
import type { Callback, FacadeMembers } from "@redistore/http";
import type { BaseContext } from "koa";

/** The members of `ctx.session`. Their names are reserved: assigning one of them throws ConfigError, except for `maxAge`. */
export interface SessionMembers<Data extends object = SessionData> extends FacadeMembers {
  /** True if the request had no cookie of a live session. */
  readonly isNew: boolean;
  /** The number of values. */
  readonly length: number;
  /** Whether there are any values. */
  readonly populated: boolean;
  /**
   * The lifetime of this session in milliseconds, in Redis and in the browser, as Koa counts it; stored with the session. It is kept in
   * seconds, rounded up. `"session"`: the cookie ends with the browser, the record after `withDefaultMaxAge`.
   *
   * Assigning another value, or one over 400 days or `withMaxAge`, throws ConfigError.
   */
  maxAge: number | "session";
  /**
   * Moves the session, with its data, to a new id. Call it at every login and change of privileges. `keep` names the values that stay,
   * `principal` the user whose session it becomes. Rejects as `save` does.
   */
  regenerate(options?: Regeneration<keyof Data & string>): Promise<void>;
  regenerate(callback: Callback): this;
  regenerate(options: Regeneration<keyof Data & string>, callback: Callback): this;
  /** Ends the session for all requests, at once, and clears its cookie. `ctx.session` is null afterwards; an object starts a new session. */
  destroy(): Promise<void>;
  destroy(callback: Callback): null;
  /** The data alone. */
  toJSON(): Partial<Data>;
}

/** The type of `ctx.session`. `Data` are its values; default: `SessionData` of `@redistore/core`, which applications augment. */
export type ContextSession<Data extends object = SessionData> = Partial<Data> &
  SessionMembers<Data>;

/** What `session(store)` adds to a context. */
export interface SessionContext {
  /** The session: read and set its properties. Null once it was set to null, undefined before `session(store)` has run. */
  get session(): ContextSession;
  /** Null ends the session with the response; an object takes the place of all data. */
  set session(data: (Partial<SessionData> & object) | null);
}

/** Empty where other types, such as those of @types/koa-session, declare `ctx.session` already; two declarations would clash. */
type ContextExtension = "session" extends keyof BaseContext ? object : SessionContext;

declare module "koa" {
  // eslint-disable-next-line typescript/no-empty-object-type -- @types/koa reads it from here
  interface ExtendableContext extends ContextExtension {}
}
