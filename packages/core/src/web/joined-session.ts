// A session of another library, for which a response waits beside those of this package.
import { type FailedWrite, isHeadersSent, type Slot } from "./slot.ts";

/** A session that another library stores; that library sends its cookies, too. */
export interface JoinedSession {
  /** Named in messages when several sessions fail. */
  readonly name: string;
  /** Whether a response has to wait for it. Synchronous, without effect, and asked often. */
  needsSave(): boolean;
  /** Stores it. Its error becomes the error response, as for the sessions of this package. */
  save(): Promise<void>;
  /** The last write of the application, if it failed: an error response for it must not store the changes after all. */
  failedWrite?(): FailedWrite | undefined;
  /** Called when the client gets an error response for a write that failed. From now on nothing may be stored. */
  giveUp?(): void;
  /**
   * Called before a header is sent, perhaps twice. Some frameworks drop all headers for an error response: the library sets its cookie again
   * if the browser needs it.
   */
  restoreCookie?(): void;
}

/** Makes a slot of it, without cookies. */
export class JoinedSlot implements Slot {
  readonly name: string;
  readonly #session: JoinedSession;

  constructor(session: JoinedSession) {
    this.name = session.name;
    this.#session = session;
  }

  needsSave(): boolean {
    return this.#session.needsSave();
  }

  async save(): Promise<[]> {
    await this.#session.save();
    return [];
  }

  saved(): void {}

  async saveLate(): Promise<Error | undefined> {
    try {
      await this.#session.save();
    } catch (error) {
      if (isHeadersSent(error)) return error;
      throw error;
    }
    return undefined;
  }

  giveUp(): [] {
    this.#session.giveUp?.();
    return [];
  }

  failedWrite(): FailedWrite | undefined {
    return this.#session.failedWrite?.();
  }

  restoreCookie(): void {
    this.#session.restoreCookie?.();
  }
}
