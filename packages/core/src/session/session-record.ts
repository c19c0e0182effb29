// The record of one session in use by one request: saved, merged with the saves of others, regenerated and destroyed.
import { inspect, types } from "node:util";
import type { Deadline } from "../backends/deadline.ts";
import { DEFAULT_FLASH_KEY, takeList } from "../changes/flashes.ts";
import type { Resolve } from "../changes/merge.ts";
import type { Values } from "../changes/record-format.ts";
import { WorkingCopy } from "../changes/working-copy.ts";
import { publish, trace, type Operation } from "../diagnostics.ts";
import { ConfigError, SessionGoneError } from "../errors.ts";
import { everyOf, keepAlive } from "../protocol/activity.ts";
import { capAnonymous, isRenewalDue, secondsLeft } from "../protocol/lifetime.ts";
import { namedPrincipal } from "../protocol/principals/named.ts";
import type { ProtocolContext } from "../protocol/protocol-context.ts";
import { RecordLocation, type Origin, type RecordState } from "../protocol/record-location.ts";
import { destroy, move, reload, touch } from "../protocol/record-steps.ts";
import { save } from "../protocol/save.ts";
import { SessionInUse, type SaveRules } from "../protocol/session-in-use.ts";
import type { Regeneration } from "../protocol/regenerate/regeneration.ts";
import { SerialQueue } from "../protocol/serial-queue.ts";

/**
 * The record of one session. Its operations run one after the other, in the order of their calls, and each settles within the operation
 * timeout. All of them reject with StoreUnavailableError if the backend does.
 */
export class SessionRecord<Data extends object = Record<string, unknown>> implements SaveRules {
  /** The data: own top-level keys. The same object for the life of the record. */
  readonly values: Partial<Data>;
  /** Whether nothing was stored when the record was loaded or created. */
  readonly isNew: boolean;
  /** The id that it was loaded by, whatever was found under it; empty if it was created. */
  readonly loadedBy: string;
  /** @internal The ids that it was to be loaded by, and whose records cannot be decrypted. */
  readonly undecipherable: readonly string[];
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
  readonly #session: SessionInUse;
  readonly #queue: SerialQueue;

  /** @internal Use `Records.load` or `Records.create`. */
  constructor(
    context: ProtocolContext,
    origin: Origin,
    loadedBy = "",
    undecipherable: readonly string[] = [],
  ) {
    this.loadedBy = loadedBy;
    this.undecipherable = undecipherable;
    this.#context = context;
    this.#location = new RecordLocation(context.newId, origin);
    this.#copy = new WorkingCopy(context.format, this.#location.live?.record);
    this.#session = new SessionInUse(context, this.#location, this.#copy, this);
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

  /**
   * Names the session where it must not be loaded: to users, and in logs. Empty while nothing is stored. A session of a principal keeps it when
   * it gets a new id.
   */
  get publicId(): string {
    return this.state === "live" ? this.#session.publicId : "";
  }

  /** The user id to which the session belongs: given to `regenerate`, or named by the values for `withPrincipal`. */
  get principal(): string | undefined {
    const { metadata, values } = this.#copy;
    return metadata.principal ?? namedPrincipal(this.#context.settings, values);
  }

  /** The words that `regenerate` was given for the session. */
  get label(): string | undefined {
    return this.#copy.metadata.label;
  }

  /** When the session began. Known with `withAbsoluteTimeout` or a principal, from the first save on. */
  get createdAt(): Date | undefined {
    return dateOf(this.#copy.metadata.created);
  }

  /** When the principal logged in. */
  get authenticatedAt(): Date | undefined {
    return dateOf(this.#copy.metadata.authenticated);
  }

  /** Whether the principal logged in within the last `seconds`. @throws ConfigError if they are no positive number */
  isFresh(seconds: number): boolean {
    if (typeof seconds !== "number" || !(seconds > 0)) {
      throw new ConfigError(
        `isFresh takes seconds, a number above 0. It was given ${inspect(seconds)}.`,
      );
    }
    const { authenticated } = this.#copy.metadata;
    return authenticated !== undefined && this.#context.settings.now() - authenticated <= seconds;
  }

  /** Seconds until `withAbsoluteTimeout` ends the session, with fractions; Infinity if it does not. */
  get secondsLeft(): number {
    return secondsLeft(this.#context.settings, this.#copy.metadata);
  }

  /**
   * The lifetime from the next save on, in seconds; 0 for a session that lasts until the browser closes. Kept in the record if it differs
   * from the store's. Without a principal it reads as `withAnonymousMaxAge` where that is shorter.
   */
  get maxAge(): number {
    const { settings } = this.#context;
    const { metadata } = this.#copy;
    return capAnonymous(settings, metadata, metadata.maxAge ?? settings.maxAge);
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

  /**
   * Returns the flashes under `key` and removes them from the stored session at once, with a save: of requests that overlap only one gets
   * each flash. Without flashes it stores nothing.
   */
  async takeFlashes(key: string = DEFAULT_FLASH_KEY): Promise<unknown[]> {
    const isStored = this.state === "live" && Object.hasOwn(this.#copy.values, key);
    return isStored ? this.update((values) => takeList(values as Values, key)) : this.flashes(key);
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
    return this.#run("save", (deadline) => save(this.#session, deadline), isTrue);
  }

  /**
   * Applies `update` to the newest values and stores the result, together with pending changes. If another request is faster, `update` runs
   * again on its values. Afterwards `values` are the stored ones. For counters and lists. Resolves with what `update` returned last.
   *
   * @throws the errors of `update`, after which nothing is stored, and those of `save`
   */
  update<Result>(update: (values: Partial<Data>) => Result): Promise<Result> {
    const run = async (deadline: Deadline): Promise<Result> => {
      let result!: Result;
      const change = (values: Values): void => {
        result = assertSync(update(values as Partial<Data>));
      };
      await save(this.#session, deadline, change);
      return result;
    };
    return this.#run("save", run, () => true);
  }

  /** Replaces `values` by what is stored now; changes that were not saved are dropped. @throws SessionGoneError */
  reload(): Promise<void> {
    return this.#queue.run((deadline) => reload(this.#session, deadline));
  }

  /** Raises the expiry, and stores nothing else. @throws SessionGoneError */
  touch(): Promise<void> {
    return this.#queue.run((deadline) => touch(this.#session, deadline));
  }

  /** Ends the session, also if it was regenerated meanwhile. Resolves with whether anything ended. */
  destroy(): Promise<boolean> {
    return this.#run("destroy", (deadline) => destroy(this.#session, deadline), isTrue);
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
    const run = (deadline: Deadline): Promise<boolean> =>
      move(this.#session, deadline, options, id);
    return this.#run("regenerate", run, () => this.publicId);
  }

  /** @internal Seconds of grace with which the session is to be renewed now; undefined if it is not. */
  get renewalDue(): number | undefined {
    const { renewal } = this.#context.settings;
    if (!renewal) return undefined;
    const { live } = this.#location;
    const isDue = live && !live.ledOn && isRenewalDue(this.#context.settings, this.#copy.metadata);
    return isDue ? renewal.grace : undefined;
  }

  /** @internal False if the session was renewed, and its browser has not used the new id yet. */
  get isSeen(): boolean {
    return this.#copy.metadata.seen !== 0;
  }

  /**
   * @internal Notes that the browser has used the new id of a renewed session, which ends the grace period of the old one. If that fails,
   * the next request does it.
   */
  async noteSeen(): Promise<void> {
    const { metadata } = this.#copy;
    this.#copy.metadata = { ...metadata, seen: this.#context.settings.now() };
    try {
      await this.#queue.run((deadline) => save(this.#session, deadline));
    } catch {
      this.#copy.metadata = metadata;
    }
  }

  /**
   * @internal Moves the expiry of a session that is used, if that is due and reading it has not. Resolves with whether it was due.
   *
   * @param age seconds since the session's cookie was issued
   */
  async keepAlive(age: number, every: number | undefined): Promise<boolean> {
    const { live } = this.#location;
    const { metadata } = this.#copy;
    const isUsed = live !== undefined && live.ledOn === undefined;
    if (!isUsed || age < everyOf(this.#context.settings, metadata, every)) return false;
    const run = (deadline: Deadline): Promise<void> =>
      keepAlive(this.#context, live, metadata, every, deadline);
    await this.#queue.run(run);
    return true;
  }

  /** Runs an operation in the queue, traced, and publishes the event if it finds that the session has ended. */
  #run<Result>(
    operation: Operation,
    run: (deadline: Deadline) => Promise<Result>,
    summarize: (result: Result) => string | boolean,
  ): Promise<Result> {
    const publicId = (): string => this.#session.publicId;
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

function dateOf(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}
