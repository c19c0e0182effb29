// A session's values as one request sees and changes them, and what the request changed since it last saw what was stored.
import { isDeepStrictEqual } from "node:util";
import { findChange, type Change } from "./change.ts";
import { FlashLog } from "./flash-log.ts";
import type { Metadata } from "./metadata.ts";
import type { Content, RecordFormat, Values } from "./record-format.ts";
import { deleteAllBut, takeAlong, type Regeneration } from "./regeneration.ts";

/** What a request has to store. */
export interface Pending {
  /** All of it, as the request sees it: what is stored if nobody else has changed anything. */
  readonly view: Buffer;
  /** What the request did, for a merge with what others did; undefined if only the form of the bytes differs. Found when it is needed. */
  readonly change: () => Change | undefined;
}

export class WorkingCopy {
  /** The same object for good. */
  readonly values: Values;
  readonly flashes: FlashLog = new FlashLog();
  metadata: Metadata;
  readonly #format: RecordFormat;
  /** What this request saw last. Keys that others added to the record while it was saved are not in it: they are not ours to delete. */
  #view: Buffer | undefined;
  /** The last bytes that were found to differ from the view in more than form. */
  #changed: Buffer | undefined;
  /** False once values were copied in from another object, for which the serializer may remember kinds that are lost here. */
  #original = true;

  constructor(format: RecordFormat, stored?: Buffer) {
    const content: Content | undefined = stored && format.decode(stored);
    this.#format = format;
    this.#view = stored;
    this.values = content?.values ?? (Object.create(null) as Values);
    this.metadata = content?.metadata ?? {};
  }

  /** Whether there is anything worth a record. */
  hasContent(): boolean {
    return (
      this.metadata.principal !== undefined ||
      Object.keys(this.values).some((key) => this.values[key] !== undefined)
    );
  }

  encode(): Buffer {
    return this.#format.encode(this.values, this.metadata);
  }

  /** What this request has to store; undefined if nothing was changed since the last view. */
  pending(): Pending | undefined {
    const view = this.#view;
    if (!view) return undefined;
    const bytes = this.encode();
    if (bytes.equals(view)) return undefined;
    // Other bytes need not mean other values: Go sorts its keys. That is looked into once for the same bytes.
    if (!this.#changed?.equals(bytes)) {
      if (this.#sees(this.#format.decode(view))) return undefined;
      this.#changed = bytes;
    }
    const find = (): Change | undefined =>
      findChange(this.#format.decode(view), this.#format.decode(bytes), this.values, this.flashes);
    if (this.flashes.isEmpty) return { view: bytes, change: find };
    const change = find();
    return { view: bytes, change: () => change };
  }

  /** Whether its view is all there is to write over `present`: nobody else's changes are in it. */
  isBasedOn(present: Buffer): boolean {
    return this.#original && this.#view !== undefined && present.equals(this.#view);
  }

  /** What is there now has been stored. */
  stored(view: Buffer): void {
    this.#view = view;
    this.#changed = undefined;
    this.flashes.clear();
  }

  /** What is there now may have been stored: plain changes can be repeated, but a flash stored twice would be shown twice. */
  unanswered(): void {
    if (!this.#view) return;
    const { values, metadata } = this.#format.decode(this.#view);
    for (const key of this.flashes.keys()) {
      if (Object.hasOwn(this.values, key)) values[key] = this.values[key];
      else delete values[key];
    }
    this.#view = this.#format.encodeAnyLength(values, metadata);
    this.#changed = undefined;
    this.flashes.clear();
  }

  /** Shows what is stored, in place of what was there. */
  show(record: Buffer): void {
    const { values, metadata } = this.#format.decode(record);
    this.clear();
    for (const key of Object.keys(values)) this.values[key] = values[key];
    this.#original = false;
    this.metadata = metadata;
    this.stored(record);
  }

  /** Cuts it down to what a regenerated session takes along. */
  takeAlong(regeneration: Regeneration): void {
    this.metadata = takeAlong(this, regeneration).metadata;
  }

  /** Forgets everything; what is set from now on belongs to a new session. */
  clear(): void {
    deleteAllBut(this.values, []);
    this.metadata = {};
    this.#view = undefined;
    this.#changed = undefined;
    this.#original = true;
    this.flashes.clear();
  }

  /** Whether `content` is what is there now. By key: the values themselves may have a prototype of an adapter's. */
  #sees(content: Content): boolean {
    const keys = Object.keys(content.values);
    return (
      keys.length === Object.keys(this.values).length &&
      keys.every((key) => isDeepStrictEqual(content.values[key], this.values[key])) &&
      isDeepStrictEqual(content.metadata, this.metadata)
    );
  }
}
