// The type of ctx.session: the members that koa-session's users know, and the data of the store.
import type { Regeneration, SessionData } from "@redistore/core";

type Callback = (error?: unknown) => void;

/** What `ctx.session` has beside the data. These names are no data there: to set one of them throws ConfigError, `maxAge` excepted. */
export interface SessionMembers {
  /** Whether no stored session came with the request. */
  readonly isNew: boolean;
  /** How many values there are. */
  readonly length: number;
  /** Whether there is any. */
  readonly populated: boolean;
  /**
   * The lifetime of this session in milliseconds, in Redis and in the browser, as Koa counts it; remembered with the session. It is kept in
   * seconds, rounded up. `"session"`: the cookie ends with the browser, the record after `withDefaultMaxAge`.
   *
   * Setting it throws ConfigError where it is neither, or over 400 days.
   */
  maxAge: number | "session";
  /**
   * Stores what changed, now. Rarely needed: the response waits for it anyway.
   *
   * Rejects with StoreUnavailableError (503); SessionGoneError, ConflictError (409); SessionTooLargeError, SerializationError.
   */
  save(): Promise<void>;
  save(callback: Callback): void;
  /**
   * Moves the session, with its data, to a fresh id. Call it at every login and change of privileges. `principal` says whose session it
   * becomes, `keep` which data it takes along. Rejects as `save` does.
   */
  regenerate(options?: Regeneration): Promise<void>;
  regenerate(callback: Callback): void;
  /** The data alone. */
  toJSON(): Partial<SessionData>;
}

/** What `ctx.session` is. Its data are typed by `SessionData` of `@redistore/core`: augment that. */
export type ContextSession = Partial<SessionData> & SessionMembers;

declare module "koa" {
  interface ExtendableContext {
    /** The session: read and set its properties. Null once it was set to null, undefined before `session(store)` has run. */
    get session(): ContextSession;
    /** Null ends the session with the response; an object takes the place of all data. */
    set session(data: (Partial<SessionData> & object) | null);
  }
}
