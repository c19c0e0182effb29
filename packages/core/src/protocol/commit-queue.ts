// Group commit: saves of one session in one process queue behind each other and go to the backend merged into one.
import type { Backend, WriteResult } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { Mark } from "../backends/tombstone.ts";
import { ConflictError, StoreUnavailableError } from "../errors.ts";

/** One save that waits to be committed. */
export interface Commit {
  /** The record as this save knows it; the first script expects it. */
  readonly known: Buffer;
  /** What `present` becomes by this save. Throws where it cannot be, which fails this save and no other. */
  readonly apply: (present: Buffer) => Applied;
  /** Whether it may replace any record there is, not just the one it was applied to. */
  readonly overwrite: boolean;
  readonly deadline: Deadline;
}

/** A record as it is to be stored. */
export interface Applied {
  readonly record: Buffer;
  /** Its lifetime from now on. */
  readonly seconds: number;
}

/** The record after the commit, or the mark that took its place. */
export type Committed =
  | { readonly outcome: "done"; readonly record: Buffer }
  | { readonly outcome: "gone"; readonly mark: Mark | undefined };

interface Waiting {
  readonly commit: Commit;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/** What the queue tells about its work, for diagnostics. */
export type OnConflict = (id: string) => void;

export class CommitQueue {
  readonly #backend: Backend;
  readonly #onConflict: OnConflict;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(backend: Backend, onConflict: OnConflict) {
    this.#backend = backend;
    this.#onConflict = onConflict;
  }

  /** Commits one save; settles by its deadline, with `outcome: "unknown"` where the reply of the backend was lost. */
  commit(id: string, commit: Commit): Promise<Committed> {
    return new Promise((resolve, reject) => {
      const entry = { commit, resolve, reject };
      const waiting = this.#waiting.get(id);
      if (waiting) waiting.push(entry);
      else void this.#drain(id, [entry]);
    });
  }

  /** Commits `first`, and then what waits meanwhile, as one batch, until nothing waits. Never rejects: every failure is given to those it concerns. */
  async #drain(id: string, first: Waiting[]): Promise<void> {
    const waiting: Waiting[] = [];
    this.#waiting.set(id, waiting);
    let present: Buffer | undefined;
    for (let batch = first; batch.length > 0; batch = waiting.splice(0)) {
      present = await this.#commitBatch(id, batch, present);
    }
    this.#waiting.delete(id);
  }

  /** Gives the record that lies there afterwards, where that is known. */
  async #commitBatch(
    id: string,
    batch: Waiting[],
    known: Buffer | undefined,
  ): Promise<Buffer | undefined> {
    let present = known ?? (batch[0] as Waiting).commit.known;
    for (let attempt = 1; ; attempt++) {
      const { accepted, record, seconds } = applyAll(batch, present, attempt);
      if (accepted.length === 0) return attempt === 1 ? known : present;
      const first = (accepted[0] as Waiting).commit; // They came in this order, so its deadline is the earliest.
      let result: WriteResult;
      try {
        result = await this.#backend.replace(
          id,
          accepted.every(({ commit }) => commit.overwrite) ? undefined : present,
          record,
          seconds,
          first.deadline,
        );
      } catch (error) {
        for (const { reject } of accepted) reject(error);
        return undefined;
      }
      if (result.outcome === "changed") {
        this.#onConflict(id);
        present = result.record;
        batch = accepted;
        continue;
      }
      const committed: Committed = result.outcome === "done" ? { outcome: "done", record } : result;
      for (const { resolve } of accepted) resolve(committed);
      return result.outcome === "done" ? record : undefined;
    }
  }
}

/** Folds the saves over the present record, in order; those that cannot be applied, or are too late, are told so and left out. */
function applyAll(
  batch: readonly Waiting[],
  present: Buffer,
  attempt: number,
): Applied & { readonly accepted: Waiting[] } {
  const accepted: Waiting[] = [];
  let record = present;
  let longest = 0;
  // For all of them: the work of the first ones must not make the last ones late.
  const now = performance.now();
  for (const waiting of batch) {
    const { commit, reject } = waiting;
    try {
      if (commit.deadline.at <= now) throw tooLate(attempt);
      const applied = commit.apply(record);
      record = applied.record;
      longest = Math.max(longest, applied.seconds);
      accepted.push(waiting);
    } catch (error) {
      reject(error);
    }
  }
  return { accepted, record, seconds: longest };
}

function tooLate(attempt: number): Error {
  return attempt > 1
    ? new ConflictError(
        `The session was changed by others ${attempt - 1} times while it was being saved, until the deadline. Nothing of this save was stored: load the session again and repeat, or raise withOperationTimeout.`,
      )
    : new StoreUnavailableError(
        "The save waited for its turn until its deadline. Nothing of it was stored: try again, or raise withOperationTimeout.",
      );
}
