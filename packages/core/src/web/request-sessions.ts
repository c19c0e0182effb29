// The sessions of one request: each name is loaded once, all are stored together, and their cookies are collected.
import { ConfigError } from "../errors.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";
import type { RediStore } from "../session/redi-store.ts";
import type { Session } from "../session/session.ts";
import { JoinedSlot, type JoinedSession } from "./joined-session.ts";
import { combineFailures, type SaveFailure } from "./save-failure.ts";
import type { SessionOptions } from "./session-options.ts";
import { SessionSlot } from "./session-slot.ts";
import type { FailedWrite, Slot } from "./slot.ts";

/** How often changes are stored that come while others are being stored. A session that never stops changing must not block its response. */
const ROUNDS = 3;

/** What the sessions have to know of their request. */
export interface WebRequest {
  /** The text of its Cookie header. */
  readonly cookieHeader: string | undefined;
  /** Its path, without the query; undefined if it is not known. A new session outside its cookie's path is not stored. */
  readonly path: string | undefined;
  /** Whether the browser used TLS, which decides `secure: "auto"`. */
  isSecure(): boolean;
}

/** The sessions that have something to store; never an empty list. */
export type DueSlots = readonly Slot[];

/** The sessions of one request, by name. gorilla/sessions, Registry */
export class RequestSessions {
  /** The cookies for the header of this response, the newest of each name. */
  cookies: readonly SetCookie[] = [];
  /**
   * Whether a cookie can still be sent. Set by the adapter that sends the response. The default is for a request without a response, such as
   * a WebSocket upgrade: whatever needs a cookie rejects with HeadersSentError.
   */
  canSendCookies = false;
  /** The response, once it is attached. */
  response: { mayBeShared(): boolean } | undefined;
  readonly #request: WebRequest;
  /** In the order in which the application asked for them. */
  #slots: readonly SessionSlot[] = [];
  #joined: readonly JoinedSlot[] = [];

  constructor(request: WebRequest) {
    this.#request = request;
  }

  /**
   * The session of this name: the same object for all calls of this request. A load that failed is tried again.
   *
   * @param isSecure in place of the request's own, for an adapter whose trust in proxies depends on the options
   */
  get<Data extends object>(
    store: RediStore<Data>,
    options: SessionOptions = {},
    isSecure?: () => boolean,
  ): Promise<Session<Data>> {
    const name = options.name ?? store.defaultName;
    const known = this.#slots.find((each) => each.name === name && !each.failed);
    if (known && known.store !== (store as unknown as RediStore<object>)) {
      return Promise.reject(
        new ConfigError(
          `This request has a session "${name}" from another store already. Give one of the two another name: their cookies would overwrite each other.`,
        ),
      );
    }
    const slot = known ?? this.#open(store, name, options, isSecure);
    return slot.loading;
  }

  /** Has the response wait for a session of another library, too. */
  join(session: JoinedSession): void {
    this.#joined = [...this.#joined, new JoinedSlot(session)];
  }

  /** The sessions that a response has to wait for; undefined if there is none. */
  due(): DueSlots | undefined {
    let due: Slot[] | undefined;
    for (const slot of this.#slots) if (slot.needsSave()) (due ??= []).push(slot);
    for (const slot of this.#joined) if (slot.needsSave()) (due ??= []).push(slot);
    return due;
  }

  /** Stores what is due, and what changed meanwhile. False if a session still changes after that. Rejects as {@link save} does. */
  async settle(due: DueSlots): Promise<boolean> {
    let rest: DueSlots | undefined = due;
    for (let round = 0; round < ROUNDS && rest; round++, rest = this.due()) await this.save(rest);
    return rest === undefined;
  }

  /** The same after the header has been sent. Resolves with an error for each session that would have needed a cookie. */
  async settleLate(due: DueSlots): Promise<Error[]> {
    const tooLate: Error[] = [];
    let rest: DueSlots | undefined = due;
    for (let round = 0; round < ROUNDS && rest; round++, rest = this.due()) {
      tooLate.push(...(await this.saveLate(rest)));
    }
    return tooLate;
  }

  /** Stores the sessions together, and keeps their cookies for the header. If some fail, the others are stored, and the errors are thrown. */
  save(due: DueSlots = this.due() ?? []): Promise<void> {
    const [slot] = due;
    return slot && due.length === 1 ? this.#saveOne(slot) : this.#saveAll(due);
  }

  /** The same after the header has been sent. Resolves with an error for each session that would have needed a cookie. */
  async saveLate(due: DueSlots = this.due() ?? []): Promise<Error[]> {
    const saved = await Promise.allSettled(due.map((slot) => slot.saveLate()));
    const tooLate: Error[] = [];
    const failures: SaveFailure[] = [];
    for (const [index, { name }] of due.entries()) {
      const result = saved[index];
      if (result?.status === "rejected") failures.push({ name, error: result.reason });
      else if (result?.value) tooLate.push(result.value);
    }
    if (failures.length > 0) throw combineFailures(failures);
    return tooLate;
  }

  /** The failed write of a session whose application may report it to the client; undefined if the last write of each succeeded. */
  failedWrite(): FailedWrite | undefined {
    for (const slot of this.#slots) if (slot.failedWrite()) return slot.failedWrite();
    for (const slot of this.#joined) if (slot.failedWrite()) return slot.failedWrite();
    return undefined;
  }

  /** Called when the response becomes an error for a write that failed: nothing is stored for it, and it gets the cookies that it needs. */
  giveUp(): void {
    for (const slot of this.#slots) this.#keep(slot.giveUp());
    for (const slot of this.#joined) this.#keep(slot.giveUp());
  }

  /** Called before a header is sent: libraries whose cookies were dropped for an error response set them again. */
  restoreCookies(): void {
    for (const slot of this.#joined) slot.restoreCookie();
  }

  #open(
    store: RediStore<object>,
    name: string,
    { cookie, rolling }: SessionOptions,
    isSecure: (() => boolean) | undefined,
  ): SessionSlot {
    const { cookieHeader, path } = this.#request;
    const slot = new SessionSlot(store, name, cookieHeader, cookie, {
      canSendCookies: () => this.canSendCookies,
      isSecure: isSecure ?? (() => this.#request.isSecure()),
      mayBeShared: () => this.response?.mayBeShared() ?? false,
      isActivity: rolling,
      path,
    });
    this.#slots = [...this.#slots.filter((each) => !each.failed), slot];
    return slot;
  }

  async #saveAll(due: DueSlots): Promise<void> {
    const saved = await Promise.allSettled(due.map(async (each) => each.save()));
    const failures: SaveFailure[] = [];
    for (const [index, slot] of due.entries()) {
      const result = saved[index];
      if (result?.status === "fulfilled") {
        this.#keep(result.value);
        slot.saved();
      } else {
        this.#keep(slot.giveUp());
        failures.push({ name: slot.name, error: result?.reason });
      }
    }
    if (failures.length > 0) throw combineFailures(failures);
  }

  async #saveOne(slot: Slot): Promise<void> {
    try {
      this.#keep(await slot.save());
      slot.saved();
    } catch (error) {
      this.#keep(slot.giveUp());
      throw error;
    }
  }

  #keep(cookies: readonly SetCookie[]): void {
    if (cookies.length === 0) return;
    const isReplaced = ({ name }: SetCookie): boolean => cookies.some((each) => each.name === name);
    this.cookies = [...this.cookies.filter((cookie) => !isReplaced(cookie)), ...cookies];
  }
}
