// Sessions by id, over any backend and serializer, with no cookies and no keys.
import type { Activity } from "../backends/activity.ts";
import type { Backend, Health } from "../backends/backend.ts";
import { Deadline } from "../backends/deadline.ts";
import type { RecordFormat } from "../changes/record-format.ts";
import { publicIdOf, publish, trace } from "../diagnostics.ts";
import { isRedistoreError } from "../errors.ts";
import { activityOf, leastEveryOf } from "../protocol/activity.ts";
import { CommitQueue } from "../protocol/commit-queue.ts";
import { destroyChain } from "../protocol/destroy.ts";
import { load, loadFirst, type Found } from "../protocol/load.ts";
import type { ProtocolContext, RecordsSettings } from "../protocol/protocol-context.ts";
import type { Origin } from "../protocol/record-location.ts";
import { PrincipalSessions, type HostLifetime } from "./principal-sessions.ts";
import type { SessionData } from "./session-data.ts";
import { SessionRecord } from "./session-record.ts";

/** The parts of {@link Records}. */
export interface RecordsParts {
  readonly backend: Backend;
  readonly format: RecordFormat;
  readonly settings: RecordsSettings;
  readonly newId: () => string;
}

/**
 * Sessions by id, for the stores of other session libraries and for access from outside a request. Every method rejects with
 * StoreUnavailableError if the backend does, within the operation timeout.
 */
export class Records<Data extends object = SessionData> {
  readonly #context: ProtocolContext;

  /** @internal Use `createRecords`, or `store.records`. */
  constructor({ backend, format, settings, newId }: RecordsParts) {
    this.#context = {
      backend,
      format,
      settings,
      newId,
      queue: new CommitQueue(backend, (id) =>
        publish("conflict", () => ({ publicId: publicIdOf(id) })),
      ),
      deadline: () => new Deadline(settings.operationTimeout),
    };
  }

  /**
   * Loads the session under `id`. The `state` of the record is `"live"` if there is one; `"gone"` if the browser itself ended it within
   * the last 10 seconds, by a logout or a login; otherwise `"new"`. An id without a session is never used again: a new session gets an
   * id of its own.
   *
   * @throws SerializationError if the stored bytes cannot be read
   */
  load(id: string): Promise<SessionRecord<Data>> {
    return this.#traceLoad(id);
  }

  /**
   * @internal The same for a session that is used, whose cookie was issued `age` seconds ago: moves the expiry, if that is due.
   *
   * @param every how often at most, in seconds; undefined is a tenth of the lifetime
   */
  async loadUsed(
    id: string,
    age: number,
    every: number | undefined,
  ): Promise<{ readonly record: SessionRecord<Data>; readonly isDue: boolean }> {
    const { settings } = this.#context;
    const mayBeDue = age >= leastEveryOf(settings, every);
    const record = await this.#traceLoad(id, mayBeDue ? activityOf(settings, every) : undefined);
    return { record, isDue: await record.keepAlive(age, every) };
  }

  #traceLoad(id: string, activity?: Activity): Promise<SessionRecord<Data>> {
    return trace(
      "load",
      () => publicIdOf(id),
      () => this.#load(id, this.#context.deadline(), activity),
      ({ state }) => state,
    );
  }

  /**
   * Loads the first live session of several ids, with one command. If there is none, a session that was just ended takes precedence over
   * an unknown id. Resolves with a record as `load` does; its `loadedBy` is one of the ids.
   */
  loadFirst(ids: readonly string[]): Promise<SessionRecord<Data>> {
    const [first = ""] = ids;
    if (ids.length === 1) return this.load(first);
    return trace(
      "load",
      () => publicIdOf(first),
      () => this.#loadFirst(ids, this.#context.deadline()),
      ({ state }) => state,
    );
  }

  /** Creates a record in memory; nothing is stored before it is saved. `id`, if the caller chooses it, may never have been used before. */
  create(id?: string): SessionRecord<Data> {
    return new SessionRecord(this.#context, { state: "new", id });
  }

  /**
   * Ends the session under `id`, also if it was regenerated meanwhile. Resolves with whether anything ended.
   *
   * @param options.told true if a request of that browser asks for it (a logout). For 10 seconds other requests with the id store
   * nothing then. Default false: another device or an operator ends the session, and its browser may begin a new one at once.
   */
  destroy(id: string, { told = false }: { readonly told?: boolean } = {}): Promise<boolean> {
    return trace(
      "destroy",
      () => publicIdOf(id),
      () => this.#destroy(id, told, this.#context.deadline()),
      (ended) => ended,
    );
  }

  /**
   * The sessions of one user, to list and to end them.
   *
   * @param lifetime how a host decides the lifetime of its sessions, if it does; `lastSeenAt` is reckoned with it
   * @throws ConfigError if `id` is not a user's id
   */
  principal(id: string, lifetime?: HostLifetime): PrincipalSessions {
    return new PrincipalSessions(this.#context, id, lifetime);
  }

  /** Lists all ids by SCAN: each at least once, in no order. Takes time in proportion to the keys in the database. */
  ids(): AsyncIterable<string> {
    return this.#context.backend.ids();
  }

  /** Counts the sessions by SCAN. Takes time in proportion to the keys in the database. */
  async count(): Promise<number> {
    const ids = new Set<string>();
    for await (const id of this.ids()) ids.add(id);
    return ids.size;
  }

  /** Checks that the backend works, by a PING. Never rejects. */
  health(): Promise<Health> {
    return this.#context.backend.health(this.#context.deadline());
  }

  /** Closes the connections that were opened here; a client given to `withClient` stays open. May be repeated. */
  close(): Promise<void> {
    return this.#context.backend.close();
  }

  async #destroy(id: string, told: boolean, deadline: Deadline): Promise<boolean> {
    // An ending from elsewhere lets its browser begin anew, so only a browser's own ending has to read whether the session is a user's.
    const owned = told && (await this.#isOwned(id, deadline));
    const ended = await destroyChain(this.#context, id, { told, owned }, "all", deadline);
    if (ended.length === 0) return false;
    const publicId = publicIdOf(id);
    publish("destroyed", () => ({ publicId, principal: undefined, by: "elsewhere" }));
    return true;
  }

  async #isOwned(id: string, deadline: Deadline): Promise<boolean> {
    try {
      const found = await load(this.#context, id, deadline);
      return new SessionRecord(this.#context, originOf(id, found), id).principal !== undefined;
    } catch (error) {
      // It can be ended all the same.
      if (isRedistoreError(error) && error.code === "ERR_REDISTORE_UNAVAILABLE") throw error;
      return false;
    }
  }

  async #load(id: string, deadline: Deadline, activity?: Activity): Promise<SessionRecord<Data>> {
    const found = await load(this.#context, id, deadline, activity);
    const isUndecipherable = found.state === "none" && found.isUndecipherable === true;
    return this.#open(id, found, deadline, isUndecipherable ? [id] : []);
  }

  async #loadFirst(ids: readonly string[], deadline: Deadline): Promise<SessionRecord<Data>> {
    const { id, found, undecipherable } = await loadFirst(this.#context, ids, deadline);
    const record = await this.#open(id, found, deadline, undecipherable);
    const isOver = found.state === "live" && record.state === "new";
    const others = isOver ? ids.filter((each) => each !== id) : [];
    return others.length > 0 ? this.#loadFirst(others, deadline) : record;
  }

  #open(
    id: string,
    found: Found,
    deadline: Deadline,
    undecipherable: readonly string[],
  ): SessionRecord<Data> | Promise<SessionRecord<Data>> {
    const record = new SessionRecord<Data>(this.#context, originOf(id, found), id, undecipherable);
    if (found.state === "live" && record.secondsLeft <= 0) {
      const { principal } = record;
      publish("expired", () => ({ publicId: publicIdOf(found.id), principal }));
      return new SessionRecord<Data>(this.#context, { state: "new" }, id, undecipherable);
    }
    const isSeen = found.state !== "live" || found.ledOn !== undefined || record.isSeen;
    return isSeen ? record : this.#noteSeen(record, deadline);
  }

  async #noteSeen(record: SessionRecord<Data>, deadline: Deadline): Promise<SessionRecord<Data>> {
    await record.noteSeen();
    // It may have ended since it was read. The request has not used it yet, so this is no lost race.
    return record.state === "live" ? record : this.#load(record.loadedBy, deadline);
  }
}

function originOf(id: string, found: Found): Origin {
  if (found.state === "live") return found;
  if (found.state === "none") return { state: "new" };
  return { state: "gone", id, owned: found.tombstone.owned };
}
