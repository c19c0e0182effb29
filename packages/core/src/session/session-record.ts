// One session's record in use: stored, merged, moved and ended without losing anybody's write.
import type { Deadline } from "../backends/deadline.ts";
import { publicIdOf, publish, trace, type Operation } from "../diagnostics.ts";
import { SessionGoneError } from "../errors.ts";
import type { Resolve } from "../changes/diff.ts";
import { GONE, commitChange, type Save } from "../protocol/commit.ts";
import type { StoredRecord } from "../protocol/create.ts";
import { DEFAULT_FLASH_KEY } from "../changes/flashes.ts";
import { RecordPlace, type Origin, type RecordState } from "../protocol/record-location.ts";
import { type Content, hasContent, type Values } from "../changes/record-format.ts";
import type { RecordsContext } from "../protocol/protocol-context.ts";
import { begin, regenerate } from "../protocol/regenerate.ts";
import { checkRegeneration, recordBuilder, type Regeneration } from "../changes/regeneration.ts";
import { isUnanswered } from "../protocol/retry-unknown.ts";
import { synchronous } from "../protocol/assert-sync.ts";
import { Turns } from "../protocol/serial-queue.ts";
import { WorkingCopy, type Seen } from "../changes/working-copy.ts";

/**
 * One session's record. Operations run one after the other, in the order of their calls, and each settles within the operation
 * timeout. All of them reject with StoreUnavailableError where the backend does.
 */
export class SessionRecord<Data extends object = Record<string, unknown>> {
  /** Own top-level keys are the data. The same object for the life of the record. */
  readonly values: Partial<Data>;
  /** Whether nothing was stored when the record came into being. */
  readonly isNew: boolean;
  /**
   * Expiry from the next save or touch on, in seconds, 0 as for `maxAge`: in place of it, and not kept in the record. Those who keep it
   * among the values give a function, which is asked about the values that are to be stored, others' changes included.
   */
  lifetime: number | ((values: Readonly<Values>) => number) | undefined;
  /** Has the last word on keys that others changed too. Default: the later save counts. */
  resolve: Resolve | undefined;
  readonly #context: RecordsContext;
  readonly #place: RecordPlace;
  readonly #copy: WorkingCopy;
  readonly #turns: Turns;

  /** @internal Use `Records.load` or `Records.create`. */
  constructor(context: RecordsContext, origin: Origin) {
    this.#context = context;
    this.#place = new RecordPlace(context, origin);
    this.#copy = new WorkingCopy(context.format, this.#place.stored?.record);
    this.#turns = new Turns(context.deadline);
    this.isNew = this.state !== "live";
    this.values = this.#copy.values as Partial<Data>;
  }

  get state(): RecordState {
    return this.#place.state;
  }

  /**
   * The id under which it is stored, or will be. The first read reserves a fresh one; nothing is sent or stored by that. A
   * regeneration, or the end of the session, gives it another.
   */
  get id(): string {
    return this.#place.id;
  }

  /** The id under which it is stored; empty while nothing is stored. */
  get storedId(): string {
    return this.#place.storedId;
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

  /** Whether `save` would do anything. Also while an operation is under way: what it leads to is known behind it. */
  get changed(): boolean {
    if (this.#turns.isBusy) return true;
    try {
      return this.#copy.isChanged();
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
    return this.#traced("save", (deadline) => this.#save(deadline), isTrue);
  }

  /**
   * Stores pending changes and what `update` makes of the newest values, which it is given again whenever others were faster; then
   * `values` are the stored ones. For counters and lists. Gives what `update` returned last.
   *
   * @throws what `update` throws, and what `save` does; nothing is stored then
   */
  update<Result>(update: (values: Partial<Data>) => Result): Promise<Result> {
    const save = async (deadline: Deadline): Promise<Result> => {
      let result!: Result;
      const run = (values: Values): void => {
        result = synchronous(update(values as Partial<Data>));
      };
      await this.#save(deadline, run);
      return result;
    };
    return this.#traced("save", save, () => true);
  }

  /** Takes what is stored now; changes that were not saved are dropped. @throws SessionGoneError */
  reload(): Promise<void> {
    return this.#turns.run(async (deadline) => {
      if (this.state === "new") return this.#copy.clear();
      const stored = await this.#place.follow(deadline);
      this.#copy.show(stored.record);
      this.#place.moveTo(stored);
    });
  }

  /** Puts the expiry off and stores nothing else. @throws SessionGoneError */
  touch(): Promise<void> {
    return this.#turns.run(async (deadline) => {
      if (this.state !== "new") await this.#place.touch(this.#seconds(), deadline);
    });
  }

  /** Ends the session, also where it was regenerated meanwhile. True if there was anything to end. */
  destroy(): Promise<boolean> {
    const destroy = async (deadline: Deadline): Promise<boolean> => {
      const ended = await this.#place.end(deadline);
      this.#copy.clear();
      return ended;
    };
    return this.#traced("destroy", destroy, isTrue);
  }

  /**
   * Moves the session, with its pending changes, to a fresh id: after a login, so that nobody who knew the old id is logged in too.
   * `id`, for those who must choose it themselves, may never have been used before.
   *
   * @throws SessionGoneError where the session ended meanwhile, ConfigError, and what `save` throws
   */
  regenerate(regeneration: Regeneration = {}, id?: string): Promise<void> {
    const move = async (deadline: Deadline): Promise<void> => {
      checkRegeneration(regeneration);
      const context = this.#context;
      const { stored } = this.#place;
      if (!stored) this.#copy.keepOwn();
      const pending = stored && this.#copy.pending();
      const seen = pending ?? this.#copy.look();
      const build = recordBuilder(context.format, pending?.change(), regeneration);
      const step = { build, id, grace: regeneration.grace ?? 0, seconds: this.#seconds() };
      const moved = stored
        ? await regenerate(context, stored, step, deadline).catch((error: unknown) =>
            this.#failed(error, seen),
          )
        : await begin(context, seen.view, step, deadline);
      this.#copy.takeAlong(regeneration, seen);
      if (moved) this.#place.moveTo(moved);
      else this.#place.leave(id);
    };
    return this.#traced("regenerate", move, () => publicIdOf(this.storedId));
  }

  #traced<Result>(
    operation: Operation,
    run: (deadline: Deadline) => Promise<Result>,
    summarize: (result: Result) => string | boolean,
  ): Promise<Result> {
    const publicId = (): string => publicIdOf(this.#place.lastId);
    const runAndTell = async (deadline: Deadline): Promise<Result> => {
      try {
        return await run(deadline);
      } catch (error) {
        if (error instanceof SessionGoneError) publish("gone", () => ({ publicId: publicId() }));
        throw error;
      }
    };
    return trace(operation, publicId, () => this.#turns.run(runAndTell), summarize);
  }

  /** True if there was anything to store: what is pending, and what `update` makes of the newest values. */
  async #save(deadline: Deadline, update?: (values: Values) => void): Promise<boolean> {
    const { stored } = this.#place;
    if (!stored) return update ? this.#createUpdated(update, deadline) : this.#create(deadline);
    const pending = this.#copy.pending();
    if (!pending && !update) return false;
    const seen = pending ?? this.#copy.look();
    const { resolve } = this;
    const seconds = (content: Content): number => this.#seconds(content);
    const save: Save = { copy: this.#copy, pending, update, resolve, seconds };
    let committed: StoredRecord;
    try {
      committed = await commitChange(this.#context, stored, save, deadline);
    } catch (error) {
      return this.#failed(error, seen);
    }
    if (update) this.#copy.show(committed.record, seen);
    else this.#copy.stored(seen);
    this.#place.moveTo(committed);
    return true;
  }

  async #create(deadline: Deadline): Promise<boolean> {
    if (!this.#copy.isChanged()) return false;
    const seen = this.#copy.look();
    await this.#place.create(this.#context.format.limit(seen.view), this.#seconds(), deadline);
    this.#copy.stored(seen);
    return true;
  }

  async #createUpdated(update: (values: Values) => void, deadline: Deadline): Promise<boolean> {
    if (this.state === "gone") throw new SessionGoneError(GONE);
    const { format } = this.#context;
    const seen = this.#copy.look();
    const content = format.decode(seen.view);
    update(content.values);
    const record = format.encode(content.values, content.metadata);
    const anything = hasContent(content);
    if (anything) await this.#place.create(record, this.#seconds(), deadline);
    this.#copy.show(record, seen);
    return anything;
  }

  /** Takes note of what a failed write of what was `seen` says about the record. */
  #failed(error: unknown, seen: Seen): never {
    this.#place.noteEnd(error);
    if (isUnanswered(error)) this.#copy.unanswered(seen);
    throw error;
  }

  /** The lifetime of a record with this content: of a merged one it may be what somebody else has made it. */
  #seconds({ values, metadata }: Content = this.#copy): number {
    const { settings } = this.#context;
    const lifetime = typeof this.lifetime === "function" ? this.lifetime(values) : this.lifetime;
    const maxAge = lifetime ?? metadata.maxAge ?? settings.maxAge;
    return maxAge > 0 ? maxAge : settings.defaultMaxAge;
  }
}

function isTrue(value: boolean): boolean {
  return value;
}
