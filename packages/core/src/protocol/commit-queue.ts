// Group commit: saves of one session in one process queue behind each other, and go to the backend merged into one write.
import type { Backend, WriteResult } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { Tombstone } from "../backends/tombstone.ts";
import { ConflictError, StoreUnavailableError } from "../errors.ts";

/** One save that waits to be committed. */
export interface Commit {
  /** The record as this save knows it. The first write expects it. */
  readonly known: Buffer;
  /** Applies this save to a state of the record. If it throws, this save fails and no other. */
  readonly apply: (present: Buffer) => Applied;
  /** Whether the save may replace any record, not only the one it was applied to. */
  readonly overwrite: boolean;
  readonly deadline: Deadline;
}

/** A record to store. */
export interface Applied {
  readonly record: Buffer;
  /** The lifetime of the record from now on. */
  readonly seconds: number;
}

/** The record after the commit, or the tombstone in its place, if there is one. */
export type Committed =
  | { readonly outcome: "done"; readonly record: Buffer }
  | { readonly outcome: "gone"; readonly tombstone: Tombstone | undefined };

interface Waiting {
  readonly commit: Commit;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

export class CommitQueue {
  readonly #backend: Backend;
  readonly #onConflict: (id: string) => void;
  readonly #waiting = new Map<string, Waiting[]>();

  /** @param onConflict called when another process has changed the record, before the commit is repeated */
  constructor(backend: Backend, onConflict: (id: string) => void) {
    this.#backend = backend;
    this.#onConflict = onConflict;
  }

  /** Commits one save. Settles by its deadline; rejects with `outcome: "unknown"` if the reply of the backend was lost. */
  commit(id: string, commit: Commit): Promise<Committed> {
    return new Promise((resolve, reject) => {
      const entry = { commit, resolve, reject };
      const waiting = this.#waiting.get(id);
      if (waiting) waiting.push(entry);
      else void this.#drain(id, [entry]);
    });
  }

  /** Commits `first`, then the saves that came meanwhile as one batch, until none waits. Never rejects: a failure rejects its own saves. */
  async #drain(id: string, first: Waiting[]): Promise<void> {
    const waiting: Waiting[] = [];
    this.#waiting.set(id, waiting);
    let present: Buffer | undefined;
    for (let batch = first; batch.length > 0; batch = waiting.splice(0)) {
      present = await this.#commitBatch(id, batch, present);
    }
    this.#waiting.delete(id);
  }

  /** Returns the record that is stored afterwards, if that is known. */
  async #commitBatch(
    id: string,
    batch: Waiting[],
    known: Buffer | undefined,
  ): Promise<Buffer | undefined> {
    let present = known ?? (batch[0] as Waiting).commit.known;
    for (let attempt = 1; ; attempt++) {
      const { accepted, record, seconds } = applyAll(batch, present, attempt);
      if (accepted.length === 0) return attempt === 1 ? known : present;
      const first = (accepted[0] as Waiting).commit; // The first to come has the earliest deadline.
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

/** Applies the saves to the present record, in order. A save that throws, or is past its deadline, is rejected and left out. */
function applyAll(
  batch: readonly Waiting[],
  present: Buffer,
  attempt: number,
): Applied & { readonly accepted: Waiting[] } {
  const accepted: Waiting[] = [];
  let record = present;
  let longest = 0;
  // Read once, so that the work of the first saves does not make the last ones late.
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
        `Other requests changed the session ${attempt - 1} times during this save, until its deadline. Nothing of this save was stored: load the session again and repeat, or raise withOperationTimeout.`,
      )
    : new StoreUnavailableError(
        "The save waited behind other saves of the session until its deadline. Nothing of it was stored: try again, or raise withOperationTimeout.",
      );
}
