// The sessions of one request, by name: loaded once each, stored together, and the cookies they have to send.
import { ConfigError, type RediStore, type Session, type SetCookie } from "@redistore/core";
import type { HttpRequest } from "./response/message.ts";
import { type SaveFailure, failureOf } from "./save-failure.ts";
import type { SessionOptions } from "./session-options.ts";
import { SessionSlot } from "./session-slot.ts";
import { sharedKey } from "./shared-key.ts";

/** A handler can change a session while it is being stored; one that never stops must not hold its response for ever. */
const ROUNDS = 3;

const SESSIONS: unique symbol = sharedKey("sessions") as never;

/** @internal What a response waits for. */
export interface Slot {
  /** In messages, and of its cookies. */
  readonly name: string;
  needsSave(): boolean;
  save(): Promise<readonly SetCookie[]>;
  /** The cookies that `save` gave are kept for the header. */
  saved(): void;
  saveLate(): Promise<Error | undefined>;
  cookiesOwed(): readonly SetCookie[];
}

/** @internal What has something to store; never none. */
export type Due = readonly Slot[];

/** @internal gorilla/sessions, Registry: one for each request, by name. */
export class RequestSessions {
  /** For the header of whatever answer leaves; the newest of each name. */
  cookies: readonly SetCookie[] = [];
  readonly #req: HttpRequest;
  /** In the order in which they were first asked for; gorilla's registry has none. */
  #slots: readonly SessionSlot[] = [];
  /** Those of other libraries. */
  #joined: readonly Slot[] = [];

  constructor(req: HttpRequest) {
    this.#req = req;
  }

  static of(req: HttpRequest): RequestSessions {
    const noted = req as HttpRequest & { [SESSIONS]?: RequestSessions };
    return (noted[SESSIONS] ??= new RequestSessions(req));
  }

  /** The session of this name: the same object for everybody. A load that failed is tried anew. */
  get(store: RediStore<object>, name: string, options: SessionOptions): Promise<Session<object>> {
    const known = this.#slots.find((each) => each.name === name && !each.failed);
    if (known && known.store !== store) {
      const error = new ConfigError(
        `This request has a session "${name}" from another store already. Give one of the two another name: cookies of one name overwrite each other.`,
      );
      return Promise.reject(error);
    }
    if (known) return known.loading;
    const slot = new SessionSlot(this.#req, store, name, options);
    this.#slots = [...this.#slots.filter((each) => !each.failed), slot];
    return slot.loading;
  }

  join(slot: Slot): void {
    this.#joined = [...this.#joined, slot];
  }

  /** Those that a response has to wait for; undefined where there is none. */
  due(): Due | undefined {
    let due: Slot[] | undefined;
    for (const slot of this.#slots) if (slot.needsSave()) (due ??= []).push(slot);
    for (const slot of this.#joined) if (slot.needsSave()) (due ??= []).push(slot);
    return due;
  }

  /** For a response: stores what is due, and what was changed meanwhile. False where a session changes faster than that. */
  async settle(due: Due): Promise<boolean> {
    let rest: Due | undefined = due;
    for (let round = 0; round < ROUNDS && rest; round++, rest = this.due()) await this.save(rest);
    return rest === undefined;
  }

  /** The same after the header has left; gives an error for each session whose cookie came too late. */
  async settleLate(due: Due): Promise<Error[]> {
    const tooLate: Error[] = [];
    let rest: Due | undefined = due;
    for (let round = 0; round < ROUNDS && rest; round++, rest = this.due()) {
      tooLate.push(...(await this.saveLate(rest)));
    }
    return tooLate;
  }

  /** Stores all that changed, together, and keeps their cookies for the header. Goes on past a failure, and throws what failed. */
  save(due: readonly Slot[] = this.due() ?? []): Promise<void> {
    const [slot] = due;
    return slot && due.length === 1 ? this.#saveOne(slot) : this.#saveAll(due);
  }

  /**
   * Stores all that changed after the header has left, and gives an error for each session whose cookie came too late.
   * Goes on past a failure, and throws what failed.
   */
  async saveLate(due: readonly Slot[] = this.due() ?? []): Promise<Error[]> {
    const saved = await Promise.allSettled(due.map((slot) => slot.saveLate()));
    const [tooLate, failures]: [Error[], SaveFailure[]] = [[], []];
    for (const [at, slot] of due.entries()) {
      const result = saved[at];
      if (result?.status === "rejected") failures.push({ slot, error: result.reason });
      else if (result?.value) tooLate.push(result.value);
    }
    if (failures.length > 0) throw failureOf(failures);
    return tooLate;
  }

  async #saveAll(due: readonly Slot[]): Promise<void> {
    const saved = await Promise.allSettled(due.map(async (each) => each.save()));
    const failures: SaveFailure[] = [];
    for (const [at, each] of due.entries()) {
      const result = saved[at];
      if (result?.status === "fulfilled") {
        this.#keep(result.value);
        each.saved();
      } else {
        this.#keep(each.cookiesOwed());
        failures.push({ slot: each, error: result?.reason });
      }
    }
    if (failures.length > 0) throw failureOf(failures);
  }

  async #saveOne(slot: Slot): Promise<void> {
    try {
      this.#keep(await slot.save());
      slot.saved();
    } catch (error) {
      this.#keep(slot.cookiesOwed());
      throw error;
    }
  }

  #keep(cookies: readonly SetCookie[]): void {
    if (cookies.length === 0) return;
    const names = new Set(cookies.map((cookie) => cookie.name));
    this.cookies = [...this.cookies.filter((cookie) => !names.has(cookie.name)), ...cookies];
  }
}
