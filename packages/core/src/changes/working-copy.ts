// A session's values as one request sees and changes them, and what the request changed since it last saw what was stored.
import { isDeepStrictEqual } from "node:util";
import { applyChange, findChange, type Change } from "./diff.ts";
import { equal } from "./equal.ts";
import { FlashLog, type FlashOperations } from "./flashes.ts";
import type { Metadata } from "./metadata.ts";
import { hasContent, type Content, type RecordFormat, type Values } from "./record-format.ts";
import { deleteAllBut, takeAlong, type Regeneration } from "./regeneration.ts";
import { Snapshot } from "./snapshot.ts";

/** What was there at one moment: code may go on changing the values while an operation is on its way. */
export interface Seen {
  /** All of it, of any length. */
  readonly view: Buffer;
  readonly flashes: FlashOperations;
  readonly snapshot: Snapshot | undefined;
}

/** What a request has to store; its view is what is stored if nobody else has changed anything. */
export interface Pending extends Seen {
  /** What the request did, for a merge with what others did; undefined if only the form of the bytes differs. Found when it is needed. */
  readonly change: () => Change | undefined;
}

export class WorkingCopy implements Content {
  /** The same object for good. */
  readonly values: Values;
  readonly flashes: FlashLog = new FlashLog();
  metadata: Metadata;
  readonly #format: RecordFormat;
  /** What this request saw last. Keys that others added to the record while it was saved are not in it: they are not ours to delete. */
  #view: Buffer | undefined;
  /** What there was when it was known to be in the view. */
  #clean: Snapshot | undefined;
  /** The last change that was found. */
  #pending: Pending | undefined;
  /** False once values were copied in from another object, for which the serializer may remember kinds that are lost here. */
  #original = true;

  constructor(format: RecordFormat, stored?: Buffer) {
    const content: Content | undefined = stored && format.decode(stored);
    this.#format = format;
    this.#view = stored;
    this.values = content?.values ?? (Object.create(null) as Values);
    this.metadata = content?.metadata ?? {};
    if (stored) this.#clean = this.#snapshot();
  }

  /** Whether there is anything to store: changes of what was stored, or something in a session that never was. */
  isChanged(): boolean {
    return this.#view ? this.pending() !== undefined : hasContent(this);
  }

  look(): Seen {
    const view = this.#format.encodeAnyLength(this.values, this.metadata);
    return { view, flashes: this.flashes.operations, snapshot: this.#snapshot() };
  }

  /** What this request has to store; undefined if nothing was changed since the last view. Asked often, so what was found last is kept. */
  pending(): Pending | undefined {
    const before = this.#view;
    if (!before) return undefined;
    const known = this.#pending;
    // Flashes that were read and put back look as before.
    const sameFlashes = known?.flashes === this.flashes.operations;
    if (sameFlashes && known.snapshot?.compare(this) === "same") return known;
    const comparison = this.#clean?.compare(this) ?? "unknown";
    if (comparison === "same") return undefined;
    const seen = this.look();
    const { view, flashes, snapshot } = seen;
    if (comparison !== "changed" && !this.#differs(seen, before)) {
      this.#clean = snapshot;
      return undefined;
    }
    const live = { ...this.values };
    const find = (): Change | undefined =>
      findChange(this.#format.decode(before), this.#format.decode(view), live, flashes);
    let found: { readonly change: Change | undefined } | undefined;
    const change = (): Change | undefined => (found ??= { change: find() }).change;
    this.#pending = { view, flashes, snapshot, change };
    return this.#pending;
  }

  /** Whether its view is all there is to write over `present`: nobody else's changes are in it. */
  isBasedOn(present: Buffer): boolean {
    return this.#original && this.#view !== undefined && present.equals(this.#view);
  }

  /** What was `seen` has been stored. */
  stored({ view, flashes, snapshot }: Seen): void {
    this.#view = view;
    this.#clean = snapshot;
    this.#pending = undefined;
    this.flashes.settle(flashes);
  }

  /** What was `seen` of a stored session may have been written: plain changes can be repeated, but a flash stored twice would be shown twice. */
  unanswered(seen: Seen): void {
    const { values, metadata } = this.#format.decode(this.#view as Buffer);
    const sent = this.#format.decode(seen.view).values;
    for (const key of seen.flashes.keys()) {
      if (key in sent) values[key] = sent[key];
      else delete values[key];
    }
    const view = this.#format.encodeAnyLength(values, metadata);
    this.stored({ ...seen, view, snapshot: undefined });
  }

  /** Shows what is stored, in place of what was `seen`; what was changed since then stays. All is replaced where nothing is given. */
  show(record: Buffer, seen?: Seen): void {
    const { values, metadata } = this.#format.decode(record);
    const late = seen && this.#changeSince(seen);
    if (!late) this.flashes.clear();
    deleteAllBut(this.values, []);
    for (const key of Object.keys(values)) this.values[key] = values[key];
    this.#original = false;
    this.#begin(record, metadata, late);
  }

  /** Cuts what was `seen` down to what a regenerated session takes along; what was changed since then stays. */
  takeAlong(regeneration: Regeneration, seen: Seen): void {
    const late = this.#changeSince(seen);
    const kept = takeAlong(this.#format.decode(seen.view), regeneration);
    deleteAllBut(this.values, Object.keys(kept.values));
    // Flashes are added to what was there; the rest is set whole.
    for (const key of late?.flashes.keys() ?? []) this.values[key] = kept.values[key];
    this.#begin(this.#format.encodeAnyLength(kept.values, kept.metadata), kept.metadata, late);
  }

  /** Of a session that has ended keeps only what this request itself set: the rest has ended with it. */
  keepOwn(): void {
    const change = this.pending()?.change();
    if (!this.#view) return;
    // That it is nobody's takes keeping nothing; what was set comes back after it.
    const nothing = takeAlong(this, { keep: false });
    this.metadata = nothing.metadata;
    for (const [key, value] of change?.set ?? []) this.values[key] = value;
    for (const [key, { added }] of change?.flashes ?? []) {
      if (added.length > 0) this.values[key] = [...added];
    }
    this.#forget();
  }

  /** Forgets everything; what is set from now on belongs to a new session. */
  clear(): void {
    deleteAllBut(this.values, []);
    this.metadata = {};
    this.#original = true;
    this.#forget();
  }

  /** Nothing is stored any more. */
  #forget(): void {
    this.#view = undefined;
    this.#clean = undefined;
    this.#pending = undefined;
    this.flashes.clear();
  }

  #begin(view: Buffer, metadata: Metadata, late: Change | undefined): void {
    this.#view = view;
    this.#clean = undefined;
    this.#pending = undefined;
    this.metadata = metadata;
    if (late) this.metadata = applyChange(this, late).metadata;
  }

  /** What was changed after the moment of `seen`. */
  #changeSince(seen: Seen): Change | undefined {
    this.flashes.settle(seen.flashes);
    const before = this.#format.decode(seen.view);
    return findChange(before, this.#asStored(), { ...this.values }, this.flashes.operations);
  }

  /** What is there as it would come back from the store; as it is where it cannot be stored, which the next save will say. */
  #asStored(): Content {
    try {
      return this.#format.decode(this.look().view);
    } catch {
      return this;
    }
  }

  #snapshot(): Snapshot | undefined {
    return this.#format.plainDataOnly ? new Snapshot(this) : undefined;
  }

  /** Other bytes need not mean other values: Go sorts its keys. That is looked into once for the same bytes. */
  #differs({ view }: Seen, before: Buffer): boolean {
    if (view.equals(before)) return false;
    return this.#pending?.view.equals(view) || !this.#sees(this.#format.decode(before));
  }

  /** Whether `content` is what is there now. By key: the values themselves may have a prototype of an adapter's. */
  #sees(content: Content): boolean {
    const keys = Object.keys(content.values);
    return (
      keys.length === Object.keys(this.values).length &&
      keys.every((key) => equal(content.values[key], this.values[key])) &&
      isDeepStrictEqual(content.metadata, this.metadata)
    );
  }
}
