// One name of one request: the session under it, where it comes from, and what its browser knows of it.
import {
  HeadersSentError,
  type RediStore,
  type SaveContext,
  type Session,
  type SetCookie,
} from "@redistore/core";
import { cookieValues } from "./cookie-header.ts";
import type { HttpRequest } from "./response/message.ts";
import type { SessionOptions } from "./session-options.ts";
import { isSecure } from "./adapter/trust-proxy.ts";

/** @internal */
export class SessionSlot {
  readonly name: string;
  readonly store: RediStore<object>;
  /** Settles when the session is loaded. */
  readonly loading: Promise<Session<object>>;
  readonly #req: HttpRequest;
  readonly #options: SessionOptions;
  #session: Session<object> | undefined;
  #failed = false;
  /** The id of the cookie that the browser has, or gets with this response. */
  #knownId = "";
  #tooLate = false;

  constructor(req: HttpRequest, store: RediStore<object>, name: string, options: SessionOptions) {
    this.#req = req;
    this.#options = options;
    this.name = name;
    this.store = store;
    this.loading = this.#load();
  }

  /** The session could not be loaded. */
  get failed(): boolean {
    return this.#failed;
  }

  async #load(): Promise<Session<object>> {
    const values = cookieValues(this.#req.headers.cookie, this.name);
    try {
      this.#session = await this.store.load(this.name, values, this.#options.cookie);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    this.#knownId = this.#session.storedId;
    return this.#session;
  }

  /** Whether the response has to wait for it. Synchronous, and asked for every response. */
  needsSave(): boolean {
    return this.#session !== undefined && !this.#tooLate && this.store.needsSave(this.#session);
  }

  /** Stores what changed, before the header leaves; gives the cookies to put into it. */
  save(): Promise<SetCookie[]> {
    return this.store.save(this.#loaded(), this.#context());
  }

  saved(): void {
    this.#knownId = this.#loaded().storedId;
  }

  /** After `save` rejected: what the error response has to carry all the same. */
  cookiesOwed(): SetCookie[] {
    const session = this.#loaded();
    const cookies = this.store.cookiesOwed(session, this.#context());
    if (cookies.length > 0) this.#knownId = session.storedId;
    return cookies;
  }

  /** Stores what changed after the header has left. Gives an error where the browser would have needed a cookie for it. */
  async saveLate(): Promise<HeadersSentError | undefined> {
    const session = this.#loaded();
    if (session.isNew && session.storedId === "") {
      // A record that no cookie leads to would help nobody.
      this.#tooLate = true;
      return headersSent(this.name, "is new, and nothing of it was stored");
    }
    const cookies = await this.store.save(session, this.#context());
    // A cookie for the id that the browser has would only have renewed it; the next response does.
    if (cookies.length === 0 || session.storedId === this.#knownId) return undefined;
    this.#knownId = session.storedId;
    return headersSent(
      this.name,
      session.storedId === ""
        ? "was ended, but its cookie stays in the browser"
        : "moved to another id, of which the browser does not learn",
    );
  }

  #context(): SaveContext {
    return { secure: isSecure(this.#req, this.#options.trustProxy) };
  }

  #loaded(): Session<object> {
    if (!this.#session) throw new TypeError(`The session "${this.name}" is not loaded.`);
    return this.#session;
  }
}

function headersSent(name: string, what: string): HeadersSentError {
  return new HeadersSentError(
    `The response had begun when the session "${name}" changed in a way that needs a cookie: it ${what}. Change it before the first byte.`,
  );
}
