// One session's record in use: stored, merged, moved and ended without losing anybody's write.
import { types } from "node:util";
import type { Deadline } from "../backend/deadline.ts";
import { MARK_SECONDS } from "../backend/mark.ts";
import { ConfigError, SessionGoneError } from "../errors.ts";
import type { Resolve } from "./change.ts";
import { GONE, commitChange, type Save } from "./commit-change.ts";
import { createRecord, type StoredRecord } from "./create-record.ts";
import { DEFAULT_FLASH_KEY } from "./flash-log.ts";
import { end, follow } from "./follow.ts";
import type { Values } from "./record-format.ts";
import type { RecordsContext } from "./records-context.ts";
import { regenerate } from "./regenerate.ts";
import { checkGrace, recordBuilder, type Regeneration } from "./regeneration.ts";
import { isUnanswered } from "./repeat-unanswered.ts";
import { WorkingCopy, type Pending } from "./working-copy.ts";

const ASYNCHRONOUS =
  "The function given to update() returned a promise. It may run several times and has to be synchronous: await before it, and only change values in it.";

/**
 * `new`: nothing is stored, and nothing will be before there is data. `live`: it is stored under its id. `gone`: it was
 * destroyed, retired or has expired; only `regenerate` makes it live again.
 */
export type RecordState = "new" | "live" | "gone";

/**
 * One session's record. Operations run one after the other, in the order of their calls, and each settles within the operation
 * timeout. All of them reject with StoreUnavailableError where the backend does.
 */
export class SessionRecord<Data extends object = Record<string, unknown>> {
  /** Own top-level keys are the data. The same object for the life of the record. */
  readonly values: Partial<Data>;
  /** Whether nothing was stored when the record came into being. */
  readonly isNew: boolean;
  /** Expiry from the next save or touch on, in seconds, 0 as for `maxAge`: in place of it, and not kept in the record. */
  lifetime: number | undefined;
  /** Has the last word on keys that others changed too. Default: the later save counts. */
  resolve: Resolve | undefined;
  readonly #context: RecordsContext;
  readonly #copy: WorkingCopy;
  #state: RecordState;
  #id: string;
  /** What the backend held when it was last heard of. */
  #record: Buffer | undefined;
  #previous: Promise<unknown> = Promise.resolve();

  /** @internal Use `Records.load` or `Records.create`. */
  constructor(
    context: RecordsContext,
    from: { state: "new" | "gone"; id?: string } | StoredRecord,
  ) {
    this.#context = context;
    this.#id = from.id ?? "";
    this.#record = "record" in from ? from.record : undefined;
    this.#state = "record" in from ? "live" : from.state;
    this.#copy = new WorkingCopy(context.format, this.#record);
    this.isNew = this.#state !== "live";
    this.values = this.#copy.values as Partial<Data>;
  }

  get state(): RecordState {
    return this.#state;
  }

  /** What it is stored under; empty while it is stored nowhere. */
  get id(): string {
    return this.#state === "live" ? this.#id : "";
  }

  /** Whose session it is; set by `regenerate`. */
  get principal(): string | undefined {
    return this.#copy.metadata.principal;
  }

  /** Lifetime from the next save on: seconds, or 0 for a session that ends with the browser. Kept in the record where it is not the store's. */
  get maxAge(): number {
    return this.#copy.metadata.maxAge ?? this.#context.settings.maxAge;
  }

  set maxAge(seconds: number) {
    const { maxAge: _, ...others } = this.#copy.metadata;
    const usual = seconds === this.#context.settings.maxAge;
    this.#copy.metadata = usual ? others : { ...others, maxAge: seconds };
  }

  /** gorilla/sessions, Session.AddFlash */
  addFlash(flash: unknown, key: string = DEFAULT_FLASH_KEY): void {
    this.#copy.flashes.add(this.#copy.values, key, flash);
  }

  /** The flashes under `key`: read by this, and gone with the next save. gorilla/sessions, Session.Flashes */
  flashes(key: string = DEFAULT_FLASH_KEY): unknown[] {
    return this.#copy.flashes.read(this.#copy.values, key);
  }

  /** Whether `save` would do anything. */
  get changed(): boolean {
    if (this.#state !== "live") return this.#copy.hasContent();
    try {
      return this.#copy.pending() !== undefined;
    } catch {
      return true; // What cannot be serialized is reported by save, where a caller can catch it.
    }
  }

  /**
   * Stores what changed since the load or the last save, merged into what others stored meanwhile. True if there was anything.
   *
   * @throws SessionGoneError, ConflictError, SessionTooLargeError, SerializationError
   */
  save(): Promise<boolean> {
    return this.#inTurn(async (deadline) => {
      if (this.#state !== "live") return this.#create(deadline);
      const pending = this.#copy.pending();
      if (pending) await this.#commit(pending, undefined, deadline);
      return pending !== undefined;
    });
  }

  /**
   * Stores pending changes and what `update` makes of the newest values, which it is given again whenever others were faster; then
   * `values` are the stored ones. For counters and lists. Gives what `update` returned last.
   *
   * @throws what `update` throws, and what `save` does; nothing is stored then
   */
  update<Result>(update: (values: Partial<Data>) => Result): Promise<Result> {
    return this.#inTurn(async (deadline) => {
      let result!: Result;
      const run = (values: Values): void => {
        result = update(values as Partial<Data>);
        if (types.isPromise(result)) throw new ConfigError(ASYNCHRONOUS);
      };
      if (this.#state === "live") {
        await this.#commit(this.#copy.pending(), run, deadline);
      } else {
        run(this.#copy.values);
        await this.#create(deadline);
      }
      return result;
    });
  }

  /** Takes what is stored now; changes that were not saved are dropped. @throws SessionGoneError */
  reload(): Promise<void> {
    return this.#inTurn(async (deadline) => {
      if (this.#state === "new") return this.#copy.clear();
      this.#copy.show(await this.#read(deadline));
    });
  }

  /** Puts the expiry off and stores nothing else. @throws SessionGoneError */
  touch(): Promise<void> {
    return this.#inTurn(async (deadline) => {
      if (this.#state === "new") return;
      const { backend } = this.#context;
      const { record, mark } = await backend.touch(this.#id, this.#seconds(), deadline);
      if (record && !mark) return;
      await this.#read(deadline);
      await backend.touch(this.#id, this.#seconds(), deadline);
    });
  }

  /** Ends the session, also where it was regenerated meanwhile. True if there was anything to end. */
  destroy(): Promise<boolean> {
    return this.#inTurn((deadline) => this.#end(deadline));
  }

  /**
   * Moves the session, with its pending changes, to a fresh id: after a login, so that nobody who knew the old id is logged in too.
   * `id`, for those who must choose it themselves, may never have been used before.
   *
   * @throws SessionGoneError where the session ended meanwhile, and what `save` throws
   */
  regenerate(regeneration: Regeneration = {}, id?: string): Promise<void> {
    const grace = checkGrace(regeneration);
    return this.#inTurn(async (deadline) => {
      if (this.#state !== "live") {
        this.#copy.takeAlong(regeneration);
        this.#state = "new";
        this.#id = id ?? "";
        await this.#create(deadline);
        return;
      }
      const change = this.#copy.pending()?.change();
      const build = recordBuilder(this.#context.format, change, regeneration);
      const from = { id: this.#id, record: this.#record as Buffer };
      const move = { build, id, grace, seconds: this.#seconds() };
      const moved = await this.#watch(regenerate(this.#context, from, move, deadline));
      this.#copy.takeAlong(regeneration);
      this.#copy.stored(this.#copy.encode());
      this.#live(moved);
    });
  }

  async #create(deadline: Deadline): Promise<boolean> {
    if (!this.#copy.hasContent()) return false;
    if (this.#state === "gone") throw new SessionGoneError(GONE);
    const view = this.#copy.encode();
    const created = await createRecord(
      this.#context,
      view,
      this.#seconds(),
      deadline,
      this.#id || undefined,
    );
    this.#copy.stored(view);
    this.#live(created);
    return true;
  }

  async #commit(
    pending: Pending | undefined,
    update: Save["update"],
    deadline: Deadline,
  ): Promise<void> {
    const base = { id: this.#id, record: this.#record as Buffer };
    const { resolve } = this;
    const save = { copy: this.#copy, pending, update, resolve, seconds: this.#seconds() };
    const committed = await this.#watch(commitChange(this.#context, base, save, deadline));
    if (update) this.#copy.show(committed.record);
    else if (pending) this.#copy.stored(pending.view);
    this.#live(committed);
  }

  async #end(deadline: Deadline): Promise<boolean> {
    const ended = this.#id !== "" && (await end(this.#context, this.#id, MARK_SECONDS, deadline));
    if (this.#state === "live") this.#state = "gone";
    this.#copy.clear();
    return ended;
  }

  /** What is stored for this session now, wherever it has moved. */
  async #read(deadline: Deadline): Promise<Buffer> {
    const found =
      this.#state === "live" ? await follow(this.#context, this.#id, deadline) : undefined;
    if (found?.state !== "live") {
      this.#state = "gone";
      throw new SessionGoneError(GONE);
    }
    this.#live(found);
    return found.record;
  }

  #live({ id, record }: StoredRecord): void {
    this.#state = "live";
    this.#id = id;
    this.#record = record;
  }

  /** Takes note of what a failed write says about the record. */
  async #watch<Result>(write: Promise<Result>): Promise<Result> {
    try {
      return await write;
    } catch (error) {
      if (error instanceof SessionGoneError) this.#state = "gone";
      if (isUnanswered(error)) this.#copy.unanswered();
      throw error;
    }
  }

  #seconds(): number {
    const maxAge = this.lifetime ?? this.maxAge;
    return maxAge > 0 ? maxAge : this.#context.settings.defaultMaxAge;
  }

  #inTurn<Result>(operation: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = this.#context.deadline();
    const turn = this.#previous.then(() => operation(deadline));
    this.#previous = turn.then(
      () => undefined,
      () => undefined, // The caller of this turn is told; the next one only waits for it.
    );
    return turn;
  }
}
