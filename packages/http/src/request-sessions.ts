// The sessions of one request, by name: loaded once each, stored together, and the cookies they have to send.
import { ConfigError, type RediStore, type Session, type SetCookie } from "@redistore/core";
import type { HttpRequest } from "./message.ts";
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
  saveLate(): Promise<Error | undefined>;
  cookiesOwed(): readonly SetCookie[];
}

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
      throw new ConfigError(
        `This request has a session "${name}" from another store already. Give one of the two another name: cookies of one name overwrite each other.`,
      );
    }
    if (known) return known.loading;
    const slot = new SessionSlot(this.#req, store, name, options);
    this.#slots = [...this.#slots.filter((each) => !each.failed), slot];
    return slot.loading;
  }

  join(slot: Slot): void {
    this.#joined = [...this.#joined, slot];
  }

  /** Whether a response has to wait for any of them. */
  needSave(): boolean {
    for (const slot of this.#slots) if (slot.needsSave()) return true;
    for (const slot of this.#joined) if (slot.needsSave()) return true;
    return false;
  }

  /** For a response: stores all that changed, also while it was being stored. False where a session changes faster than that. */
  async settle(): Promise<boolean> {
    let due = this.#due();
    for (let round = 0; round < ROUNDS && due.length > 0; round++, due = this.#due()) {
      await this.save(due);
    }
    return due.length === 0;
  }

  /** The same after the header has left; gives an error for each session whose cookie came too late. */
  async settleLate(): Promise<Error[]> {
    const tooLate: Error[] = [];
    let due = this.#due();
    for (let round = 0; round < ROUNDS && due.length > 0; round++, due = this.#due()) {
      tooLate.push(...(await this.saveLate(due)));
    }
    return tooLate;
  }

  /** Stores all that changed, together, and keeps their cookies for the header. Goes on past a failure, and throws what failed. */
  async save(due: readonly Slot[] = this.#due()): Promise<void> {
    const failed: SaveFailure[] = [];
    const save = async (slot: Slot): Promise<readonly SetCookie[]> => {
      try {
        return await slot.save();
      } catch (error) {
        failed.push({ slot, error });
        return slot.cookiesOwed();
      }
    };
    for (const cookies of await forEach(due, save)) this.#keep(cookies);
    if (failed.length > 0) throw failureOf(failed);
  }

  /**
   * Stores all that changed after the header has left, and gives an error for each session whose cookie came too late.
   * Goes on past a failure, and throws what failed.
   */
  async saveLate(due: readonly Slot[] = this.#due()): Promise<Error[]> {
    const [tooLate, failed]: [Error[], SaveFailure[]] = [[], []];
    const save = async (slot: Slot): Promise<void> => {
      try {
        const error = await slot.saveLate();
        if (error) tooLate.push(error);
      } catch (error) {
        failed.push({ slot, error });
      }
    };
    await forEach(due, save);
    if (failed.length > 0) throw failureOf(failed);
    return tooLate;
  }

  /** Those that have something to store. To find out costs a serialization, so it is asked once for each round. */
  #due(): Slot[] {
    const due: Slot[] = this.#slots.filter(needsSave);
    return this.#joined.length === 0 ? due : [...due, ...this.#joined.filter(needsSave)];
  }

  #keep(cookies: readonly SetCookie[]): void {
    if (cookies.length === 0) return;
    const names = new Set(cookies.map((cookie) => cookie.name));
    this.cookies = [...this.cookies.filter((cookie) => !names.has(cookie.name)), ...cookies];
  }
}

function needsSave(slot: Slot): boolean {
  return slot.needsSave();
}

/** At once; gives the results in the order of `slots`. The usual one needs no Promise.all. */
async function forEach<Result>(
  slots: readonly Slot[],
  run: (slot: Slot) => Promise<Result>,
): Promise<Result[]> {
  const [first] = slots;
  return first && slots.length === 1 ? [await run(first)] : Promise.all(slots.map(run));
}
