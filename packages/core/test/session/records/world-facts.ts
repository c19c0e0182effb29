// What happened in a random world so far, and what is stored in it.
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import type { Tombstone } from "../../../src/backends/tombstone.ts";
import { SETTLING_SECONDS } from "../../../src/protocol/load.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { GRACE, TOKEN, type Arrival } from "./random-requests.ts";
import type { Values } from "./stored-session.ts";

export class WorldFacts {
  readonly #backend: Backend;
  readonly #now: () => number;
  /** Ids that a response carried, or that the jar began with. */
  readonly known = new Set<string>();
  /** The new ids of logins that were done. */
  readonly logins = new Set<string>();
  /** Of these, the ones that kept nothing of the old session. */
  readonly fresh = new Set<string>();
  /** The ids that the browser itself has used, with the time after which it certainly had. */
  readonly used = new Map<string, number>();
  /** When a request with the id, of the browser or the attacker, was sent first. */
  readonly firstSent = new Map<string, number>();
  /** The ids of sessions that belong to a user. */
  readonly owned = new Set<string>();
  /** The new ids of renewals. */
  readonly renewals = new Set<string>();
  /** Ids whose session certainly ended by a logout or login, and not before this time. */
  readonly toldEnds = new Map<string, number>();
  /** Values that a request was told to be stored in the first session. */
  readonly stored = new Map<string, unknown>();
  /** True once a request that had loaded the first session live, or an operator, has ended it. */
  hasEnded = false;
  /** True once a request asked for a new session with nothing in it. */
  mayBeEmpty = false;
  /** How many requests that may end a session have begun. */
  begun = 0;
  /** How many revocations have begun. */
  revocations = 0;
  /** How many logouts have begun. */
  logouts = 0;
  /** The ids of sessions that a request came with which may end them. */
  readonly leaving = new Set<string>();
  /** How often the browser or the operator began or finished something that may end a session. */
  endings = 0;
  /** How much of that is under way. */
  open = 0;

  constructor(backend: Backend, now: () => number) {
    this.#backend = backend;
    this.#now = now;
  }

  /** @param used the ids that the browser had used when the request was sent: what it uses later may come too late for the request */
  async arrival(
    record: SessionRecord<Values>,
    sentId: string | undefined,
    used: ReadonlySet<string>,
  ): Promise<Arrival> {
    const tombstone = sentId === undefined ? undefined : await this.#lastTombstone(sentId);
    const logins: string[] = [];
    for (const id of this.logins) if (await this.isAlive(id)) logins.push(id);
    const now = this.#now();
    const toldEnd = this.toldEnds.get(sentId ?? "");
    return {
      state: record.state,
      loadedId: record.storedId,
      at: now,
      tombstone,
      isRecent: this.begun > 0 && tombstone?.told === true && now - tombstone.at < SETTLING_SECONDS,
      isSurelyRecent: toldEnd !== undefined && now - toldEnd < SETTLING_SECONDS,
      isUnused:
        tombstone !== undefined && now - tombstone.at >= GRACE && !used.has(record.storedId),
      used,
      renewedTo: sentId === undefined ? undefined : await this.#renewedTo(sentId),
      logins,
      endings: this.open > 0 ? -1 : this.endings,
    };
  }

  /** Whether requests with this id certainly have to be led on to a session that is alive. */
  async leadsOn(id: string): Promise<boolean> {
    const tombstone = await this.tombstone(id);
    if (!tombstone || tombstone.kind === "ended") return false;
    const { kind, grace, to } = tombstone;
    if ((kind !== "renewed" || grace === 0) && !this.renewals.has(to)) return false;
    const sent = this.firstSent.get(to);
    return (sent === undefined || this.#now() - sent < GRACE) && (await this.isAlive(to));
  }

  async tombstone(id: string): Promise<Tombstone | undefined> {
    return (await this.#backend.get(id, new Deadline(1))).tombstone;
  }

  async isAlive(id: string): Promise<boolean> {
    return (await this.#backend.get(id, new Deadline(1))).record !== undefined;
  }

  /** The token of the session under `id`, or in which it lives on. */
  async tokenOf(id: string): Promise<unknown> {
    const { record, tombstone } = await this.#backend.get(id, new Deadline(1));
    if (tombstone && tombstone.kind !== "ended") return this.tokenOf(tombstone.to);
    return record && (JSON.parse(record.toString()) as Values)["token"];
  }

  /** The values of all records. */
  async records(): Promise<Values[]> {
    const all: Values[] = [];
    for await (const id of this.#backend.ids()) {
      const { record } = await this.#backend.get(id, new Deadline(1));
      if (record) all.push(JSON.parse(record.toString()) as Values);
    }
    return all;
  }

  /** The values of the first session, under every id that it lives under. */
  async alive(): Promise<Values[]> {
    return (await this.records()).filter((values) => values["token"] === TOKEN);
  }

  /** The tombstone that decides for a request with this id. */
  async #lastTombstone(id: string): Promise<Tombstone | undefined> {
    const tombstone = await this.tombstone(id);
    if (tombstone?.kind !== "renewed" || tombstone.grace === 0) return tombstone;
    return (await this.tombstone(tombstone.to)) ?? tombstone;
  }

  async #renewedTo(id: string): Promise<string | undefined> {
    const tombstone = await this.tombstone(id);
    if (tombstone?.kind !== "renewed") return undefined;
    if (await this.isAlive(tombstone.to)) return tombstone.to;
    return this.#renewedTo(tombstone.to);
  }
}
