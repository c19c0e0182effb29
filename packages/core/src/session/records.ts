// The records layer as a whole: session ids to values, over any backend and serializer, with no cookies and no keys.
import type { Backend, Health } from "../backends/backend.ts";
import { Deadline } from "../backends/deadline.ts";
import { MARK_SECONDS } from "../backends/tombstone.ts";
import type { SessionData } from "./session-data.ts";
import { publicIdOf, publish, trace } from "../diagnostics.ts";
import { CommitQueue } from "../protocol/commit-queue.ts";
import { end, follow } from "../protocol/load.ts";
import type { Origin } from "../protocol/record-location.ts";
import type { RecordFormat } from "../changes/record-format.ts";
import type { RecordsContext, RecordsSettings } from "../protocol/protocol-context.ts";
import { SessionRecord } from "./session-record.ts";

/** @internal What records are made of. */
export interface RecordsParts {
  readonly backend: Backend;
  readonly format: RecordFormat;
  readonly settings: RecordsSettings;
  readonly newId: () => string;
}

/**
 * Sessions by id: for stores of other session libraries, and for looking into sessions from outside a request. Every method rejects
 * with StoreUnavailableError where the backend does, within the operation timeout.
 */
export class Records<Data extends object = SessionData> {
  readonly #context: RecordsContext;

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
   * The record under `id`, or under the id it was regenerated into. Its `state` is `"live"`, `"gone"` where it was destroyed or
   * retired a short while ago, or `"new"` where there is none; an id that is not live is never used again.
   *
   * @throws SerializationError where the stored bytes cannot be read
   */
  load(id: string): Promise<SessionRecord<Data>> {
    return trace(
      "load",
      () => publicIdOf(id),
      () => this.#load(id),
      ({ state }) => state,
    );
  }

  /** A new record, stored nowhere before it is saved. `id`, for those who must choose it themselves, may never have been used before. */
  create(id?: string): SessionRecord<Data> {
    return new SessionRecord(
      this.#context,
      id === undefined ? { state: "new" } : { state: "new", id },
    );
  }

  /** Ends the session under `id`, also where it was regenerated meanwhile. True if there was anything to end. */
  destroy(id: string): Promise<boolean> {
    return trace(
      "destroy",
      () => publicIdOf(id),
      () => end(this.#context, id, MARK_SECONDS, this.#context.deadline()),
      (ended) => ended,
    );
  }

  /** All ids, by SCAN: each at least once, in no order. O(keys in the database). */
  ids(): AsyncIterable<string> {
    return this.#context.backend.ids();
  }

  /** How many there are, by SCAN. O(keys in the database). */
  async count(): Promise<number> {
    const ids = new Set<string>();
    for await (const id of this.ids()) ids.add(id);
    return ids.size;
  }

  /** A PING. Never rejects. */
  health(): Promise<Health> {
    return this.#context.backend.health(this.#context.deadline());
  }

  /** Closes the connections that were opened here; a client given by `withClient` stays open. Idempotent. */
  close(): Promise<void> {
    return this.#context.backend.close();
  }

  async #load(id: string): Promise<SessionRecord<Data>> {
    const found = await follow(this.#context, id, this.#context.deadline());
    if (found.state === "live") return new SessionRecord(this.#context, found);
    const origin: Origin = found.state === "absent" ? { state: "new" } : { state: "gone", id };
    return new SessionRecord(this.#context, origin);
  }
}
