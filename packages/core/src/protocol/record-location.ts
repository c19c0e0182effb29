// Where one session is stored, and whether it still is.
import type { Deadline } from "../backends/deadline.ts";
import { MARK_SECONDS } from "../backends/tombstone.ts";
import { SessionGoneError } from "../errors.ts";
import { GONE } from "./commit.ts";
import { createRecord, type StoredRecord } from "./create.ts";
import { end, follow } from "./load.ts";
import type { RecordsContext } from "./protocol-context.ts";

/**
 * `new`: nothing is stored, and nothing will be before there is data. `live`: it is stored under its id. `gone`: it was
 * destroyed, retired or has expired; only `regenerate` makes it live again.
 */
export type RecordState = "new" | "live" | "gone";

/** What is known of a session when it is loaded or made. */
export type Origin = { readonly state: "new" | "gone"; readonly id?: string } | StoredRecord;

/** The id of a session and the bytes that the backend held when it was last heard of. */
export class RecordPlace {
  readonly #context: RecordsContext;
  #state: RecordState;
  /** Where it is stored, or was last; for one that was never stored the id that its owner chose. Empty if there is none. */
  #id: string;
  /** The id that was read before anything was stored under it. */
  #reserved: string | undefined;
  #record: Buffer | undefined;

  constructor(context: RecordsContext, origin: Origin) {
    this.#context = context;
    this.#id = origin.id ?? "";
    this.#record = "record" in origin ? origin.record : undefined;
    this.#state = "record" in origin ? "live" : origin.state;
  }

  get state(): RecordState {
    return this.#state;
  }

  /** Empty while nothing is stored. */
  get storedId(): string {
    return this.#state === "live" ? this.#id : "";
  }

  /** Where it is stored, or was before it ended; empty if it never was, and for an id that is only reserved. */
  get lastId(): string {
    return this.#state === "new" ? "" : this.#id;
  }

  /** Where it is stored, or will be. The first read reserves a fresh id, which sends and stores nothing. */
  get id(): string {
    if (this.#state === "live") return this.#id;
    if (this.#state === "new" && this.#id) return this.#id;
    return (this.#reserved ??= this.#context.newId());
  }

  /** What was stored; undefined while it is stored nowhere. */
  get stored(): StoredRecord | undefined {
    if (this.#state !== "live") return undefined;
    return { id: this.#id, record: this.#record as Buffer };
  }

  /** It is here now. */
  moveTo({ id, record }: StoredRecord): void {
    this.#state = "live";
    this.#id = id;
    this.#reserved = undefined;
    this.#record = record;
  }

  /** It is nowhere, and may be created under `id`, or any fresh one. */
  leave(id: string = ""): void {
    this.#state = "new";
    this.#id = id;
    this.#reserved = undefined;
  }

  /** @throws SessionGoneError where it ended: only a regeneration may begin it again */
  async create(record: Buffer, seconds: number, deadline: Deadline): Promise<void> {
    if (this.#state === "gone") throw new SessionGoneError(GONE);
    // An id that was read is kept even if the reply is lost: tokens and log lines already name it.
    const id = (this.#id ||= this.#reserved ?? "") || undefined;
    this.moveTo(await createRecord(this.#context, record, seconds, deadline, id));
  }

  /** What is stored for it now, wherever it has moved. @throws SessionGoneError */
  async follow(deadline: Deadline): Promise<StoredRecord> {
    const found = this.#state === "live" && (await follow(this.#context, this.#id, deadline));
    if (found && found.state === "live") return found;
    this.#state = "gone";
    throw new SessionGoneError(GONE);
  }

  /** Raises the expiry, wherever it has moved. @throws SessionGoneError */
  async touch(seconds: number, deadline: Deadline): Promise<void> {
    const { backend } = this.#context;
    const { record, mark } = await backend.touch(this.#id, seconds, deadline);
    if (record && !mark) return;
    // The bytes stay those that this request saw: others' changes in the new ones are still to be met.
    this.#id = (await this.follow(deadline)).id;
    await backend.touch(this.#id, seconds, deadline);
  }

  /** Whether there was anything to end. */
  async end(deadline: Deadline): Promise<boolean> {
    const ended = this.#id !== "" && (await end(this.#context, this.#id, MARK_SECONDS, deadline));
    if (this.#state === "live") this.#state = "gone";
    return ended;
  }

  /** Takes note where the error of a write says that it has ended. */
  noteEnd(error: unknown): void {
    if (error instanceof SessionGoneError) this.#state = "gone";
  }
}
