// The steps of the save protocol for the session of one request; they keep its working copy and its location up to date with what is stored.
import type { Deadline } from "../backends/deadline.ts";
import type { Resolve } from "../changes/merge.ts";
import { hasContent, type Content, type Values } from "../changes/record-format.ts";
import type { Capture, PendingChange, WorkingCopy } from "../changes/working-copy.ts";
import { SessionGoneError } from "../errors.ts";
import { commitChange } from "./commit.ts";
import { createRecord } from "./create.ts";
import { destroyChain } from "./destroy.ts";
import { gone } from "./gone.ts";
import { leadOn, leads, load, type LiveRecord } from "./load.ts";
import { capAnonymous, type ProtocolContext } from "./protocol-context.ts";
import type { RecordLocation } from "./record-location.ts";
import { regenerate } from "./regenerate.ts";
import { checkRegeneration, type Regeneration } from "./regeneration.ts";
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
  }

  /** Stores pending changes and those of `update`. Returns whether there was anything to store. */
  async save(deadline: Deadline, update?: (values: Values) => void): Promise<boolean> {
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

  /** Replaces the values of the copy by the stored ones. */
  async reload(deadline: Deadline): Promise<void> {
    if (this.#location.state === "new") return this.#copy.clear();
    const live = await this.#loadAgain(deadline);
    this.#copy.replaceWith(live.record);
    this.#location.moveTo(live);
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
    const step = { copy: this.#copy, pending, bytes, options, hasEnded, owned, seconds, given };
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
    if (!this.#copy.isChanged()) return false;
    const capture = this.#copy.capture();
    await this.#createRecord(this.#context.format.limit(capture.bytes), deadline);
    this.#copy.settle(capture);
    return true;
  }

  async #createUpdated(update: (values: Values) => void, deadline: Deadline): Promise<boolean> {
    if (this.#location.state === "gone") throw gone();
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

  /** The lifetime of a record with this content; after a merge, another request's maxAge may apply. */
  #seconds({ values, metadata }: Content = this.#copy): number {
    const { settings } = this.#context;
    const { lifetime } = this.#rules;
    const seconds = typeof lifetime === "function" ? lifetime(values) : lifetime;
    const maxAge = seconds ?? metadata.maxAge ?? settings.maxAge;
    const own = maxAge > 0 ? maxAge : settings.defaultMaxAge;
    // A host that decides the lifetime names no principals.
    return seconds === undefined ? capAnonymous(settings, metadata, own) : own;
  }
}
