// A session's values as one request sees and changes them, and what the request changed since it last saw what was stored.
import { findChange, type Change } from "./change.ts";
import { FlashLog } from "./flash-log.ts";
import type { Metadata } from "./metadata.ts";
import type { Content, RecordFormat, Values } from "./record-format.ts";
import { deleteAllBut, takeAlong, type Regeneration } from "./regeneration.ts";

export class WorkingCopy {
  /** The same object for good. */
  readonly values: Values;
  readonly flashes: FlashLog = new FlashLog();
  metadata: Metadata;
  readonly #format: RecordFormat;
  /** What this request saw last. Keys that others added to the record while it was saved are not in it: they are not ours to delete. */
  #view: Buffer | undefined;
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

  /** What was changed since the last view; undefined if nothing was. */
  findChange(): Change | undefined {
    const view = this.#view;
    if (!view) return undefined;
    const now = this.encode();
    if (now.equals(view)) return undefined;
    const [before, after] = [this.#format.decode(view), this.#format.decode(now)];
    return findChange(before, after, this.values, this.flashes);
  }

  /** Whether `encode()` is all there is to write over `present`: nobody else's changes are in it. */
  isBasedOn(present: Buffer): boolean {
    return this.#original && this.#view !== undefined && present.equals(this.#view);
  }

  /** What is there now has been stored. */
  stored(view: Buffer): void {
    this.#view = view;
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
    this.#original = true;
    this.flashes.clear();
  }
}
