// The record of one session in use by one request: saved, merged with the saves of others, regenerated and destroyed.
import { types } from "node:util";
import type { Deadline } from "../backends/deadline.ts";
import { DEFAULT_FLASH_KEY } from "../changes/flashes.ts";
import type { Resolve } from "../changes/merge.ts";
import { hasContent, type Content, type Values } from "../changes/record-format.ts";
import { WorkingCopy, type Capture, type PendingChange } from "../changes/working-copy.ts";
import { publicIdOf, publish, trace, type Operation } from "../diagnostics.ts";
import { ConfigError, SessionGoneError } from "../errors.ts";
import { commitChange } from "../protocol/commit.ts";
import { createRecord } from "../protocol/create.ts";
import { destroyChain } from "../protocol/destroy.ts";
import { gone } from "../protocol/gone.ts";
import { leadOn, leads, load, type LiveRecord } from "../protocol/load.ts";
import type { ProtocolContext } from "../protocol/protocol-context.ts";
import { RecordLocation, type Origin, type RecordState } from "../protocol/record-location.ts";
import { regenerate } from "../protocol/regenerate.ts";
import { checkRegeneration, type Regeneration } from "../protocol/regeneration.ts";
import { isUnknown } from "../protocol/retry-unknown.ts";
import { SerialQueue } from "../protocol/serial-queue.ts";

/**
 * The record of one session. Its operations run one after the other, in the order of their calls, and each settles within the operation
 * timeout. All of them reject with StoreUnavailableError if the backend does.
 */
export class SessionRecord<Data extends object = Record<string, unknown>> {
  /** The data: own top-level keys. The same object for the life of the record. */
  readonly values: Partial<Data>;
  /** Whether nothing was stored when the record was loaded or created. */
  readonly isNew: boolean;
  /**
   * The expiry from the next save or touch on, in seconds; 0 as for `maxAge`. It takes the place of `maxAge` and is not kept in the
   * record. A function gets the values that are to be stored, the changes of other requests included.
   */
  lifetime: number | ((values: Readonly<Values>) => number) | undefined;
  /** Decides the value of a key that this request set, if others have changed the session. Default: the later save counts. */
  resolve: Resolve | undefined;
  /** Keys whose changes alone do not make a save of an ended session fail, such as a cookie's expiry. Default: none. */
  incidentalKeys: readonly string[] | undefined;
  readonly #context: ProtocolContext;
  readonly #location: RecordLocation;
  readonly #copy: WorkingCopy;
  readonly #queue: SerialQueue;

  /** @internal Use `Records.load` or `Records.create`. */
  constructor(context: ProtocolContext, origin: Origin) {
    this.#context = context;
    this.#location = new RecordLocation(context.newId, origin);
    this.#copy = new WorkingCopy(context.format, this.#location.live?.record);
    this.#queue = new SerialQueue(context.deadline);
    this.isNew = this.state !== "live";
    this.values = this.#copy.values as Partial<Data>;
  }

  get state(): RecordState {
    return this.#location.state;
  }

  /**
   * The id under which the session is stored, or will be. The first read reserves a fresh one; nothing is sent or stored by that. A
   * regeneration, or the end of the session, gives it another.
   */
  get id(): string {
    return this.#location.id;
  }

  /** The id under which the session is stored; empty if nothing is stored. */
  get storedId(): string {
    return this.#location.storedId;
  }

  /**
   * True if the browser must not get a cookie with `storedId`: the request came with an old id in its grace period, and that id may be
   * stolen.
   */
  get withholdsCookie(): boolean {
    return this.#location.live?.ledOn?.tellCookie === false;
  }

  /** The user id to which the session belongs; set by `regenerate`. */
  get principal(): string | undefined {
    return this.#copy.metadata.principal;
  }

  /**
   * The lifetime from the next save on, in seconds; 0 for a session that lasts until the browser closes. Kept in the record if it differs
   * from the store's.
   */
  get maxAge(): number {
    return this.#copy.metadata.maxAge ?? this.#context.settings.maxAge;
  }

  set maxAge(seconds: number) {
    const { maxAge: _, ...others } = this.#copy.metadata;
    const isDefault = seconds === this.#context.settings.maxAge;
    this.#copy.metadata = isDefault ? others : { ...others, maxAge: seconds };
  }

  /** gorilla/sessions, Session.AddFlash */
  addFlash(flash: unknown, key: string = DEFAULT_FLASH_KEY): void {
    this.#copy.flashes.add(this.#copy.values, key, flash);
  }

  /** Returns the flashes under `key`, and removes them with the next save. gorilla/sessions, Session.Flashes */
  flashes(key: string = DEFAULT_FLASH_KEY): unknown[] {
    return this.#copy.flashes.read(this.#copy.values, key);
  }

  /** Whether `save` has anything to store. True while an operation is under way: its result is known only afterwards. */
  get changed(): boolean {
    if (this.#queue.isBusy) return true;
    try {
      return this.#copy.isChanged();
    } catch {
      return true; // Values that cannot be serialized are reported by save, where a caller can catch the error.
    }
  }

  /**
   * Stores what changed since the load or the last save, merged with what others stored meanwhile. Resolves with whether there was
   * anything to store.
   *
   * @throws SessionGoneError, ConflictError, SessionTooLargeError, SerializationError
   */
  save(): Promise<boolean> {
    return this.#run("save", (deadline) => this.#save(deadline), isTrue);
  }

  /**
   * Applies `update` to the newest values and stores the result, together with pending changes. If another request is faster, `update` runs
   * again on its values. Afterwards `values` are the stored ones. For counters and lists. Resolves with what `update` returned last.
   *
   * @throws the errors of `update`, after which nothing is stored, and those of `save`
   */
  update<Result>(update: (values: Partial<Data>) => Result): Promise<Result> {
    const save = async (deadline: Deadline): Promise<Result> => {
      let result!: Result;
      const run = (values: Values): void => {
        result = assertSync(update(values as Partial<Data>));
      };
      await this.#save(deadline, run);
      return result;
    };
    return this.#run("save", save, () => true);
  }

  /** Replaces `values` by what is stored now; changes that were not saved are dropped. @throws SessionGoneError */
  reload(): Promise<void> {
    return this.#queue.run(async (deadline) => {
      if (this.state === "new") return this.#copy.clear();
      const live = await this.#reload(deadline);
      this.#copy.replaceWith(live.record);
      this.#location.moveTo(live);
    });
  }

  /** Raises the expiry, and stores nothing else. @throws SessionGoneError */
  touch(): Promise<void> {
    return this.#queue.run(async (deadline) => {
      if (this.state !== "new") await this.#touch(deadline);
    });
  }

  /** Ends the session, also if it was regenerated meanwhile. Resolves with whether anything ended. */
  destroy(): Promise<boolean> {
    const destroy = async (deadline: Deadline): Promise<boolean> => {
      const target = this.#location.destroyable;
      const ending = { told: true, owned: this.#isOwned };
      const ended =
        target !== undefined &&
        (await destroyChain(this.#context, target.id, ending, target.following, deadline));
      // The next session of this request has nothing to do with the principal.
      if (this.state !== "new") this.#location.markGone(false);
      this.#copy.clear();
      return ended;
    };
    return this.#run("destroy", destroy, isTrue);
  }

  /**
   * Moves the session, with its pending changes, to a fresh id: at every login, so that a person who knew the old id is not logged in too.
   * A login succeeds even if the session has ended meanwhile; it takes along only what this request set then. Resolves with whether the
   * data of the session went along.
   *
   * @param id the new id, if the caller has to choose it; it may never have been used before
   * @throws SessionGoneError if the session of a principal has ended, and none is given; ConfigError; the errors of `save`
   */
  regenerate(options: Regeneration<keyof Data & string> = {}, id?: string): Promise<boolean> {
    const run = (deadline: Deadline): Promise<boolean> => this.#regenerate(deadline, options, id);
    return this.#run("regenerate", run, () => publicIdOf(this.storedId));
  }

  /**
   * @internal Notes that the browser has used the new id of a renewed session, which ends the grace period of the old one. If that fails,
   * the next request does it.
   */
  async noteSeen(): Promise<void> {
    const { metadata } = this.#copy;
    if (metadata.seen !== 0) return;
    this.#copy.metadata = { ...metadata, seen: this.#context.settings.now() };
    try {
      await this.#queue.run((deadline) => this.#save(deadline));
    } catch {
      this.#copy.metadata = metadata;
    }
  }

  get #isOwned(): boolean {
    return this.state === "live" ? this.principal !== undefined : this.#location.wasOwned;
  }

  /** Runs an operation in the queue, traced, and publishes the event if it finds that the session has ended. */
  #run<Result>(
    operation: Operation,
    run: (deadline: Deadline) => Promise<Result>,
    summarize: (result: Result) => string | boolean,
  ): Promise<Result> {
    const publicId = (): string => publicIdOf(this.#location.lastId);
    const runAndPublish = async (deadline: Deadline): Promise<Result> => {
      try {
        return await run(deadline);
      } catch (error) {
        if (error instanceof SessionGoneError) publish("gone", () => ({ publicId: publicId() }));
        throw error;
      }
    };
    return trace(operation, publicId, () => this.#queue.run(runAndPublish), summarize);
  }

  /** Stores pending changes and those of `update`. Returns whether there was anything to store. */
  async #save(deadline: Deadline, update?: (values: Values) => void): Promise<boolean> {
    const { live } = this.#location;
    if (!live) return update ? this.#createUpdated(update, deadline) : this.#create(deadline);
    const pending = this.#copy.pending();
    if (!pending && !update) return false;
    const capture = pending ?? this.#copy.capture();
    const committed = await this.#commit(live, pending, capture, deadline, update);
    if (!committed) return false;
    if (update) this.#copy.replaceWith(committed.record, capture);
    this.#location.moveTo(committed);
    return true;
  }

  /** Commits to the record `live`. Undefined if the session has ended, and the change was only to remove values. */
  async #commit(
    live: LiveRecord,
    pending: PendingChange | undefined,
    capture: Capture,
    deadline: Deadline,
    update?: (values: Values) => void,
  ): Promise<LiveRecord | undefined> {
    const seconds = (content: Content): number => this.#seconds(content);
    const { resolve, incidentalKeys } = this;
    const save = { copy: this.#copy, pending, update, resolve, incidentalKeys, seconds };
    try {
      const committed = await commitChange(this.#context, live, save, deadline);
      if (!committed) this.#location.markGone(this.#isOwned);
      if (!update) this.#copy.settle(capture);
      return committed;
    } catch (error) {
      return this.#noteFailure(error, capture);
    }
  }

  async #create(deadline: Deadline): Promise<boolean> {
    if (!this.#copy.isChanged()) return false;
    const capture = this.#copy.capture();
    await this.#createRecord(this.#context.format.limit(capture.bytes), deadline);
    this.#copy.settle(capture);
    return true;
  }

  async #createUpdated(update: (values: Values) => void, deadline: Deadline): Promise<boolean> {
    if (this.state === "gone") throw gone();
    const { format } = this.#context;
    const capture = this.#copy.capture();
    const content = format.decode(capture.bytes);
    update(content.values);
    const record = format.encode(content.values, content.metadata);
    const isContent = hasContent(content);
    if (isContent) await this.#createRecord(record, deadline);
    this.#copy.replaceWith(record, capture);
    return isContent;
  }

  async #createRecord(record: Buffer, deadline: Deadline): Promise<void> {
    if (this.state === "gone") throw gone();
    const id = this.#location.takeId();
    const created = await createRecord(this.#context, record, this.#seconds(), deadline, id);
    this.#location.moveTo({ state: "live", ...created });
  }

  /** The session as it is stored now, also under a new id during its grace period. */
  async #reload(deadline: Deadline): Promise<LiveRecord> {
    const { live } = this.#location;
    const found = live && (await load(this.#context, live.id, deadline));
    if (found?.state === "live" && !(live?.ledOn && found.ledOn)) {
      return live?.ledOn ? { ...found, ledOn: live.ledOn } : found;
    }
    if (live) this.#location.markGone(this.#isOwned);
    throw gone();
  }

  async #touch(deadline: Deadline): Promise<void> {
    const { backend } = this.#context;
    const { live } = this.#location;
    if (!live) throw gone();
    const { record, tombstone } = await backend.touch(live.id, this.#seconds(), deadline);
    if (record && !tombstone) return;
    const next =
      !live.ledOn && leads(tombstone)
        ? await leadOn(this.#context, tombstone, deadline)
        : undefined;
    if (next?.state !== "live") {
      this.#location.markGone(this.#isOwned);
      throw gone();
    }
    // The base stays what this request loaded: changes of others in the new record are still to be merged.
    this.#location.moveTo({ ...next, record: live.record });
    await backend.touch(next.id, this.#seconds(), deadline);
  }

  async #regenerate(deadline: Deadline, options: Regeneration, id?: string): Promise<boolean> {
    checkRegeneration(options);
    const { live } = this.#location;
    const pending = this.#copy.pending();
    const capture = pending ?? this.#copy.capture();
    const { bytes } = capture;
    const seconds = this.#seconds();
    const owned = this.#isOwned;
    const hasEnded = this.state === "gone";
    const step = { copy: this.#copy, pending, bytes, options, hasEnded, owned, seconds, id };
    const result = await regenerate(this.#context, live, step, deadline).catch((error: unknown) =>
      this.#noteFailure(error, capture),
    );
    if (result.outcome === "carried" || result.outcome === "begun") {
      this.#copy.rebaseOnNew(result.content, capture);
      this.#location.moveTo({ state: "live", ...result.record });
    } else if (result.outcome === "nothing") {
      this.#copy.rebaseOnNew(result.content, capture);
      this.#location.leave(id);
    } else if (result.outcome === "led-on") {
      this.#location.moveTo({ ...result.record, record: live?.record ?? result.record.record });
      await this.#save(deadline);
    } else {
      this.#location.markGone(owned);
      if (pending) throw gone();
    }
    return result.outcome === "carried" || result.outcome === "led-on";
  }

  /** Notes what a failed write of `capture` says about the record. */
  #noteFailure(error: unknown, capture: Capture): never {
    if (error instanceof SessionGoneError) this.#location.markGone(this.#isOwned);
    if (isUnknown(error)) this.#copy.settleUnknown(capture);
    throw error;
  }

  /** The lifetime of a record with this content; after a merge, another request's maxAge may apply. */
  #seconds({ values, metadata }: Content = this.#copy): number {
    const { settings } = this.#context;
    const lifetime = typeof this.lifetime === "function" ? this.lifetime(values) : this.lifetime;
    const maxAge = lifetime ?? metadata.maxAge ?? settings.maxAge;
    return maxAge > 0 ? maxAge : settings.defaultMaxAge;
  }
}

/** Returns the result of a function that may run several times. @throws ConfigError if it is a promise */
function assertSync<Result>(result: Result): Result {
  if (!types.isPromise(result)) return result;
  result.catch(() => undefined); // The call is refused, so the promise's own failure does not matter.
  throw new ConfigError(
    "The function given to update() returned a promise. It may run several times, so it has to be synchronous: await before the call, and only change values in it.",
  );
}

function isTrue(value: boolean): boolean {
  return value;
}
