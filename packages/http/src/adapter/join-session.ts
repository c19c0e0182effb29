// Lets a response wait for the session of another library, beside those of this one.
import type { HttpRequest } from "../response/message.ts";
import { RequestSessions, type Slot } from "../request-sessions.ts";

/** A session that is stored by somebody else, who sends its cookies too. */
export interface JoinedSession {
  /** Stands in messages where several sessions fail. */
  readonly name: string;
  /** Whether a response has to wait for it. Synchronous, without effect, and asked often. */
  needsSave(): boolean;
  /** Stores it. What it rejects with becomes the answer, as for the sessions of this package. */
  save(): Promise<void>;
}

/** From now on the response of `req`, once it is attached, waits for `session` too. Once for each session. */
export function joinSession(req: HttpRequest, session: JoinedSession): void {
  RequestSessions.of(req).join(new JoinedSlot(session));
}

class JoinedSlot implements Slot {
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

  async saveLate(): Promise<undefined> {
    await this.#session.save();
  }

  cookiesOwed(): [] {
    return [];
  }
}
