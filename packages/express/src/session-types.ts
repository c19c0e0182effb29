// The type of req.session, for Express. It needs no types of express-session, and gives way to them where they are installed.
import type { Regeneration, SessionData } from "@redistore/core";
import type { Callback, FacadeMembers } from "@redistore/http";
import type { SessionCookie } from "./session-cookie.ts";

/** The members of `req.session`. Their names are reserved: assigning one of them throws ConfigError. */
export interface SessionMembers<Data extends object = SessionData> extends FacadeMembers {
  /** The cookie's attributes, as express-session has them: lifetimes in milliseconds. */
  readonly cookie: SessionCookie;
  /**
   * Moves to a new id and begins with a new, empty `req.session`; this object can still be read. Call it at every login and change of
   * privileges. `keep` names the values that stay, `principal` the user whose session it becomes.
   */
  regenerate(options?: Regeneration<keyof Data & string>): Promise<void>;
  regenerate(callback: Callback): this;
  regenerate(options: Regeneration<keyof Data & string>, callback: Callback): this;
  /** Ends the session for all requests, and clears its cookie. `req.session` is undefined afterwards. */
  destroy(): Promise<void>;
  destroy(callback: Callback): this;
  /** Does nothing: every save begins the lifetime anew. */
  resetMaxAge(): this;
}

/** The type of `req.session`. `Data` are its values; default: `SessionData` of `@redistore/core`, which applications augment. */
export type ExpressSession<Data extends object = SessionData> = SessionMembers<Data> &
  Partial<Data>;

// The Session of express-session. If its types are not installed, the import is an error that is ignored, and its type is like `any`.
/** @ts-ignore -- the error if express-session's types are not installed; it has to stay in the declarations */
type InstalledSession = import("express-session").Session;

// A tuple on both sides: with the bare type of a failed import the whole conditional type would fail.
type IsMissing<Type> = [0] extends [1 & Type] ? true : false;

/** What `session(store)` adds to a request. */
export interface SessionRequest {
  /** The session: read and set its properties. Undefined before `session(store)` has run. */
  session: ExpressSession;
  /** The id of `req.session`. */
  readonly sessionID: string;
}

/** Empty where the types of express-session declare `req.session` already; two declarations would clash. */
type RequestExtension = IsMissing<InstalledSession> extends true ? SessionRequest : object;

declare global {
  namespace Express {
    // eslint-disable-next-line typescript/no-empty-object-type -- @types/express reads it from here
    interface Request extends RequestExtension {}
  }
}
