// The type of req.session: that of express-session, which its whole ecosystem speaks, with promises and with the data of the store.
import type { Regeneration, SessionData as StoreData } from "@redistore/core";
import type { Session, SessionData } from "express-session";

type Callback = (error?: unknown) => void;

declare module "express-session" {
  interface Session {
    /**
     * Stores what changed, now. Rarely needed: the response waits for it anyway.
     *
     * Rejects with StoreUnavailableError (503); SessionGoneError, ConflictError (409); SessionTooLargeError, SerializationError.
     */
    save(): Promise<void>;
    save(callback: Callback): this;
    /**
     * Moves to a fresh id and begins with a new, empty `req.session`; this object stays readable. Call it at every login and change of
     * privileges. `keep` takes values along, `principal` says whose session it becomes.
     */
    regenerate(options?: Regeneration): Promise<void>;
    regenerate(options: Regeneration, callback: Callback): this;
    /** Ends the session for all requests, and clears its cookie. `req.session` is undefined from here on. */
    destroy(): Promise<void>;
    /** Takes what is stored now; changes that were not saved are dropped. */
    reload(): Promise<void>;
    /** Puts the expiry off, in Redis and in the browser, and stores nothing else. */
    touch(): Promise<void>;
    touch(callback: Callback): this;
  }

  // eslint-disable-next-line typescript/no-empty-object-type -- what the store knows of its data, req.session knows too
  interface SessionData extends StoreData {}
}

/** What `req.session` is. `Data` are its values; default: those that `SessionData` of `@redistore/core` or of express-session was given. */
export type ExpressSession<Data extends object = SessionData> = Session & Partial<Data>;
