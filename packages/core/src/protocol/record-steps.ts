// The steps of the save protocol for the session of one request; they keep its working copy and its location up to date with what is stored.
import type { Deadline } from "../backends/deadline.ts";
import { deleteAllBut, type Resolve } from "../changes/merge.ts";
import type { Metadata } from "../changes/metadata.ts";
import { hasContent, type Content, type Values } from "../changes/record-format.ts";
import type { Capture, PendingChange, WorkingCopy } from "../changes/working-copy.ts";
import { SessionGoneError } from "../errors.ts";
import { commitChange } from "./commit.ts";
import { createRecord } from "./create.ts";
import { destroyChain } from "./destroy.ts";
import { gone } from "./gone.ts";
import { capAnonymous, secondsLeft, timeOf, withBeginning } from "./lifetime.ts";
import { leadOn, leads, load, type LiveRecord } from "./load.ts";
import { namedPrincipal, updateNaming, withNamed } from "./principal.ts";
import type { ProtocolContext } from "./protocol-context.ts";
import type { RecordLocation } from "./record-location.ts";
import { regenerate } from "./regenerate/regenerate.ts";
import { checkRegeneration, type Regeneration } from "./regenerate/regeneration.ts";
import { isUnknown } from "./retry-unknown.ts";

/** What the application decides about the saves of one session. Read at each save. */
export interface SaveRules {
  readonly lifetime: number | ((values: Readonly<Values>) => number) | undefined;
  readonly resolve: Resolve | undefined;
  readonly incidentalKeys: readonly string[] | undefined;
}

/** Its caller runs them one at a time, and traces them. */
export class RecordSteps {
  readonly #context: ProtocolContext;
  readonly #location: RecordLocation;
  readonly #copy: WorkingCopy;
  readonly #rules: SaveRules;
  /** The principal that the stored values name. */
  #named: string | undefined;

  constructor(
    context: ProtocolContext,
    location: RecordLocation,
    copy: WorkingCopy,
    rules: SaveRules,
  ) {
    this.#context = context;
    this.#location = location;
    this.#copy = copy;
    this.#rules = rules;
    this.#noteNamed();
  }

  /** Stores pending changes and those of `update`. Returns whether there was anything to store. */
  async save(deadline: Deadline, update?: (values: Values) => void): Promise<boolean> {
    const { live } = this.#location;
    if (!update && !this.#copy.isChanged()) return false;
    const earlier = this.#copy.metadata.principal;
    this.#copy.metadata = this.#complete(this.#copy.metadata);
    if (!live) return update ? this.#createUpdated(update, deadline) : this.#create(deadline);
    const pending = this.#copy.pending();
    const capture = pending ?? this.#copy.capture();
    const { principal } = this.#copy.metadata;
    const isAnother = earlier !== undefined && principal !== undefined && principal !== earlier;
    const whole = isAnother ? this.#onlyOwn(capture, pending, update) : update;
    const committed = await this.#commit(live, pending, capture, deadline, whole);
    if (!committed) return false;
    if (whole) this.#copy.replaceWith(committed.record, capture);
    this.#location.moveTo(committed);
    this.#noteNamed();
    return true;
  }

  /** Replaces the values of the copy by the stored ones. */
  async reload(deadline: Deadline): Promise<void> {
    if (this.#location.state === "new") return this.#copy.clear();
    const live = await this.#loadAgain(deadline);
    this.#copy.replaceWith(live.record);
    this.#location.moveTo(live);
    this.#noteNamed();
  }

  /** Raises the expiry of a session that is stored. */
  async touch(deadline: Deadline): Promise<void> {
    if (this.#location.state === "new") return;
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

  /** Ends the session, wherever it has moved. Resolves with whether anything ended. */
  async destroy(deadline: Deadline): Promise<boolean> {
    const target = this.#location.destroyable;
    const ending = { told: true, owned: this.#isOwned };
    const ended =
      target !== undefined &&
      (await destroyChain(this.#context, target.id, ending, target.following, deadline));
    // The next session of this request has nothing to do with the principal.
    if (this.#location.state !== "new") this.#location.markGone(false);
    this.#copy.clear();
    return ended;
  }

  /** Moves the session to a fresh id. Resolves with whether its data went along. */
  async regenerate(deadline: Deadline, options: Regeneration, id?: string): Promise<boolean> {
    checkRegeneration(options);
    const { live } = this.#location;
    const pending = this.#copy.pending();
    const capture = pending ?? this.#copy.capture();
    const { bytes } = capture;
    const seconds = (content: Content): number => this.#seconds(content);
    const owned = this.#isOwned;
    const hasEnded = this.#location.state === "gone";
    const given = id === undefined ? undefined : { id };
    const { settings } = this.#context;
    const at = timeOf(settings);
    const complete = (metadata: Metadata): Metadata => withBeginning(settings, metadata, at);
    const from = { copy: this.#copy, pending, bytes, options, at, complete };
    const step = { ...from, hasEnded, owned, seconds, given };
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
      await this.save(deadline);
    } else {
      this.#location.markGone(owned);
      if (pending) throw gone();
    }
    return result.outcome === "carried" || result.outcome === "led-on";
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
    const { resolve, incidentalKeys } = this.#rules;
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
    const capture = this.#copy.capture();
    await this.#createRecord(this.#context.format.limit(capture.bytes), deadline);
    this.#copy.settle(capture);
    this.#noteNamed();
    return true;
  }

  async #createUpdated(update: (values: Values) => void, deadline: Deadline): Promise<boolean> {
    if (this.#location.state === "gone") throw gone();
    const { format } = this.#context;
    const capture = this.#copy.capture();
    const content = format.decode(capture.bytes);
    const { values } = content;
    const metadata = updateNaming(this.#context.settings, content, update);
    const record = format.encode(values, metadata);
    const isContent = hasContent({ values, metadata });
    if (isContent) await this.#createRecord(record, deadline);
    this.#copy.replaceWith(record, capture);
    this.#noteNamed();
    return isContent;
  }

  async #createRecord(record: Buffer, deadline: Deadline): Promise<void> {
    if (this.#location.state === "gone") throw gone();
    const given = this.#location.takeId();
    try {
      const created = await createRecord(this.#context, record, this.#seconds(), deadline, given);
      this.#location.moveTo({ state: "live", ...created });
    } catch (error) {
      if (given && isUnknown(error)) this.#location.markUncertain();
      throw error;
    }
  }

  /** The session as it is stored now, also under a new id during its grace period. */
  async #loadAgain(deadline: Deadline): Promise<LiveRecord> {
    const { live } = this.#location;
    const found = live && (await load(this.#context, live.id, deadline));
    if (found?.state === "live" && !(live?.ledOn && found.ledOn)) {
      return live?.ledOn ? { ...found, ledOn: live.ledOn } : found;
    }
    if (live) this.#location.markGone(this.#isOwned);
    throw gone();
  }

  get #isOwned(): boolean {
    const { state, wasOwned } = this.#location;
    return state === "live" ? this.#copy.metadata.principal !== undefined : wasOwned;
  }

  /** Notes what a failed write of `capture` says about the record. */
  #noteFailure(error: unknown, capture: Capture): never {
    if (error instanceof SessionGoneError) this.#location.markGone(this.#isOwned);
    if (isUnknown(error)) this.#copy.settleUnknown(capture);
    throw error;
  }

  /** The metadata to store: with the principal that the values name, and the beginning. */
  #complete(metadata: Metadata): Metadata {
    const { settings } = this.#context;
    const named = namedPrincipal(settings, this.#copy.values);
    return withBeginning(settings, withNamed(settings, metadata, this.#named, named));
  }

  #noteNamed(): void {
    this.#named = namedPrincipal(this.#context.settings, this.#copy.values);
  }

  /** An update that leaves of the stored values only what this request set: they are those of another person. */
  #onlyOwn(
    { bytes }: Capture,
    pending: PendingChange | undefined,
    update: ((values: Values) => void) | undefined,
  ): (values: Values) => void {
    const own = this.#copy.own(bytes, pending?.change()).values;
    const { incidentalKeys = [] } = this.#rules;
    return (values) => {
      deleteAllBut(values, incidentalKeys);
      Object.assign(values, own);
      update?.(values);
    };
  }

  /** The lifetime of a record with this content; after a merge, another request's maxAge may apply. */
  #seconds({ values, metadata }: Content = this.#copy): number {
    const { settings } = this.#context;
    const { lifetime } = this.#rules;
    const given = typeof lifetime === "function" ? lifetime(values) : lifetime;
    const maxAge = given ?? metadata.maxAge ?? settings.maxAge;
    const own = maxAge > 0 ? maxAge : settings.defaultMaxAge;
    // A host that decides the lifetime names no principals, unless withPrincipal finds them.
    const mayBeAnonymous = given === undefined || settings.principalOf !== undefined;
    const seconds = mayBeAnonymous ? capAnonymous(settings, metadata, own) : own;
    return Math.min(seconds, secondsLeft(settings, metadata));
  }
}
