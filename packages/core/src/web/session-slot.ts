// The session of one cookie name in one request, and the id that its browser holds.
import type { CookieCarrier } from "../cookies/cookie-carrier.ts";
import { cookieValues } from "../cookies/cookie-header.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";
import { HeadersSentError } from "../errors.ts";
import type { CookieOptions } from "../options/cookie-options.ts";
import type { RediStore } from "../session/redi-store.ts";
import type { Session } from "../session/session.ts";
import { type FailedWrite, isHeadersSent, type Slot } from "./slot.ts";

export class SessionSlot implements Slot {
  readonly name: string;
  readonly store: RediStore<object>;
  /** Settles when the session is loaded. */
  readonly loading: Promise<Session<object>>;
  #session: Session<object> | undefined;
  #failed = false;
  /** The id of the cookie that the browser has, or gets with this response. */
  #browserId = "";

  constructor(
    store: RediStore<object>,
    name: string,
    cookieHeader: string | undefined,
    cookie: CookieOptions | undefined,
    carrier: CookieCarrier,
  ) {
    this.name = name;
    this.store = store;
    this.loading = this.#load(cookieValues(cookieHeader, name), cookie, carrier);
  }

  /** The session could not be loaded. */
  get failed(): boolean {
    return this.#failed;
  }

  needsSave(): boolean {
    return this.#session !== undefined && this.store.needsSave(this.#session);
  }

  save(): Promise<SetCookie[]> {
    return this.store.save(this.#loaded());
  }

  saved(): void {
    this.#browserId = this.#loaded().storedId;
  }

  failedWrite(): FailedWrite | undefined {
    return this.#session?.failedWrite;
  }

  giveUp(): SetCookie[] {
    const session = this.#session;
    if (!session) return [];
    const cookies = this.store.cookiesOwed(session);
    if (cookies.length > 0) this.#browserId = session.storedId;
    return cookies;
  }

  async saveLate(): Promise<Error | undefined> {
    const session = this.#loaded();
    let cookies: SetCookie[];
    try {
      cookies = await this.store.save(session);
    } catch (error) {
      if (isHeadersSent(error)) return error;
      throw error;
    }
    // A cookie with the browser's own id would only have renewed it; the next response does.
    if (cookies.length === 0 || session.storedId === this.#browserId) return undefined;
    this.#browserId = session.storedId;
    return new HeadersSentError(
      `The session "${this.name}" was ended after the response had begun: no request finds it any more, but its cookie stays in the browser. End it before the first byte.`,
    );
  }

  async #load(
    values: readonly string[],
    cookie: CookieOptions | undefined,
    carrier: CookieCarrier,
  ): Promise<Session<object>> {
    try {
      this.#session = await this.store.load(this.name, values, cookie, carrier);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    this.#browserId = this.#session.storedId;
    return this.#session;
  }

  #loaded(): Session<object> {
    if (!this.#session) throw new TypeError(`The session "${this.name}" is not loaded.`);
    return this.#session;
  }
}
