// A client of the random interleavings: does random things to a session, and keeps account of what it was told.
import { newSessionId } from "../../../src/codec/session-id.ts";
import { SessionGoneError, StoreUnavailableError } from "../../../src/errors.ts";
import type { Records } from "../../../src/session/records.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";

/** What clients were told: `done` happened, `maybe` got no reply. */
export class Ledger {
  readonly sets = new Map<string, unknown>();
  readonly deleted = new Set<string>();
  readonly flashesAdded = new Set<string>();
  readonly flashesMaybeRead = new Set<string>();
  readonly flashesRead = new Set<string>();
  readonly knownIds = new Set<string>();
  increments = { done: 0, maybe: 0 };
  destroy: "never" | "maybe" | "done" = "never";
  readonly trace: string[] = [];
}

/** Keys that the session begins with, for clients to delete; each is deleted by one client at most. */
export const INITIAL_KEYS = ["d0", "d1", "d2", "d3", "d4", "d5"];

export class InterleavedClient {
  readonly #name: string;
  readonly #records: Records<Record<string, unknown>>;
  readonly #random: SeededRandom;
  readonly #ledger: Ledger;
  readonly #deletable: string[];
  /** What was set and flashed while an operation was on its way, for the next round to store. */
  #late: { readonly saved: [string, unknown][]; readonly added: string[] } = {
    saved: [],
    added: [],
  };
  /** Flashes of this client whose save got no reply: it may be on its way still, after this client has read them in its own copy. */
  readonly #uncertain = new Set<string>();
  #counter = 0;

  constructor(
    name: string,
    records: Records<Record<string, unknown>>,
    random: SeededRandom,
    ledger: Ledger,
    deletable: string[],
  ) {
    this.#name = name;
    this.#records = records;
    this.#random = random;
    this.#ledger = ledger;
    this.#deletable = deletable;
  }

  /** Loads the session under `id` and works on it until it is done, told that it is gone, or cut off. */
  async run(id: string): Promise<void> {
    try {
      const record = await this.#records.load(id);
      if (record.state !== "live") return;
      const rounds = 1 + this.#random.below(3);
      for (let round = 0; round < rounds; round++) {
        await this.#round(record);
        if (record.state !== "live") return;
      }
    } catch (error) {
      if (error instanceof SessionGoneError || error instanceof StoreUnavailableError) return;
      throw error;
    }
  }

  async #round(record: SessionRecord): Promise<void> {
    const { values } = record;
    const saved = new Map<string, unknown>(this.#late.saved);
    const deleted: string[] = [];
    const added: string[] = this.#late.added;
    this.#late = { saved: [], added: [] };
    const read: string[] = [];
    for (let operations = this.#random.below(4); operations > 0; operations--) {
      const kind = this.#random.below(5);
      const unique = `${this.#name}${this.#counter++}`;
      if (kind === 0) {
        values[unique] = { by: this.#name };
        saved.set(unique, { by: this.#name });
      } else if (kind === 1) {
        values["shared"] = unique;
      } else if (kind === 2) {
        const key = this.#deletable.pop();
        if (key === undefined) continue;
        delete values[key];
        deleted.push(key);
      } else if (kind === 3) {
        record.addFlash(unique);
        added.push(unique);
      } else {
        for (const flash of record.flashes() as string[]) {
          if (added.includes(flash)) added.splice(added.indexOf(flash), 1);
          else read.push(flash);
        }
      }
    }
    for (const flash of read) this.#ledger.flashesMaybeRead.add(flash);
    const keysDone = (): void => {
      for (const [key, value] of saved) this.#ledger.sets.set(key, value);
      for (const key of deleted) this.#ledger.deleted.add(key);
    };
    const flashesDone = (): void => {
      for (const flash of added) this.#ledger.flashesAdded.add(flash);
      for (const flash of read)
        if (!this.#uncertain.has(flash)) this.#ledger.flashesRead.add(flash);
    };
    let isUncertain = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const finishing = attempt === 1 ? this.#finish(record) : record.save();
        if (this.#random.chance(0.3)) this.#changeLate(record);
        await finishing;
        keysDone();
        if (!isUncertain) flashesDone();
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || attempt === 3) throw error;
        isUncertain ||= error.outcome === "unknown";
        if (!isUncertain) continue;
        // An attempt that got no reply may have stored late flashes, and then nothing stores them again.
        const late = this.#late.added.splice(0);
        for (const flash of [...added, ...late]) this.#uncertain.add(flash);
      }
    }
  }

  /** Changes the session while an operation on it is on its way. */
  #changeLate(record: SessionRecord): void {
    const unique = `${this.#name}${this.#counter++}`;
    if (this.#random.chance(0.5)) {
      record.values[unique] = "late";
      this.#late.saved.push([unique, "late"]);
    } else {
      record.addFlash(unique);
      this.#late.added.push(unique);
    }
  }

  /** Ends a round in one of the ways that store it, or the session's life. */
  async #finish(record: SessionRecord): Promise<void> {
    const way = this.#random.below(12);
    const ledger = this.#ledger;
    if (way < 6) {
      await record.save();
    } else if (way < 9) {
      ledger.increments.maybe++;
      await record.update((newest) => {
        newest["n"] = Number(newest["n"] ?? 0) + 1;
      });
      ledger.increments.maybe--;
      ledger.increments.done++;
    } else if (way < 11) {
      // An id that the caller chose is kept if the reply is lost, so a creation of it may arrive late.
      const chosen = this.#random.chance(0.5) ? newSessionId() : undefined;
      await record.regenerate({ grace: this.#random.pick([0, 100]) }, chosen);
      ledger.knownIds.add(record.id);
    } else {
      if (ledger.destroy === "never") ledger.destroy = "maybe";
      await record.destroy();
      ledger.destroy = "done";
    }
  }
}
