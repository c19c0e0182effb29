// The values of a session as one request sees and changes them, and the difference to the bytes it started from.
import { isDeepStrictEqual } from "node:util";
import { diff, type Change } from "./diff.ts";
import { equal } from "./equal.ts";
import { FlashLog, type FlashOperations } from "./flashes.ts";
import { deleteAllBut, merge } from "./merge.ts";
import { chosenForBrowser, type Metadata } from "./metadata.ts";
import { hasContent, type Content, type RecordFormat, type Values } from "./record-format.ts";
import { Snapshot } from "./snapshot.ts";

/** The state of the copy at one moment. Code may go on changing the values while an operation is under way. */
export interface Capture {
  /** All values and metadata, encoded without the length limit. */
  readonly bytes: Buffer;
  readonly flashes: FlashOperations;
  readonly snapshot: Snapshot | undefined;
}

/** The unsaved state of a request. Its `bytes` are what to store if no other request has changed the record. */
export interface PendingChange extends Capture {
  /**
   * What the request changed, to be merged with the changes of others. Undefined if only the form of the bytes differs. Computed when
   * it is first asked for.
   */
  readonly change: () => Change | undefined;
}

const NO_CHANGE: Pick<Change, "set" | "flashes"> = { set: new Map(), flashes: new Map() };

export class WorkingCopy implements Content {
  /** The same object for the life of the copy. */
  readonly values: Values;
  readonly flashes: FlashLog = new FlashLog();
  metadata: Metadata;
  readonly #format: RecordFormat;
  /**
   * The state that this request last loaded or saved. Undefined if nothing is stored. Keys that other requests added to the record are
   * not in it, so this request does not delete them.
   */
  #baseBytes: Buffer | undefined;
  /** A snapshot taken when the values matched the base. */
  #clean: Snapshot | undefined;
  /** The change that was computed last. */
  #pending: PendingChange | undefined;
  /** False once values were copied in from another object, for which the serializer may remember types that are lost here. */
  #original = true;

  constructor(format: RecordFormat, stored?: Buffer) {
    const content: Content | undefined = stored && format.decode(stored);
    this.#format = format;
    this.#baseBytes = stored;
    this.values = content?.values ?? (Object.create(null) as Values);
    this.metadata = content?.metadata ?? {};
    if (stored) this.#clean = this.#takeSnapshot();
  }

  /** Whether there is anything to store: a change of the base, or content if nothing is stored. */
  isChanged(): boolean {
    return this.#baseBytes ? this.pending() !== undefined : hasContent(this);
  }

  capture(): Capture {
    const bytes = this.#format.encodeAnyLength(this.values, this.metadata);
    return { bytes, flashes: this.flashes.operations, snapshot: this.#takeSnapshot() };
  }

  /** The change since the base; undefined if there is none, or no base. Called often, so the last result is kept. */
  pending(): PendingChange | undefined {
    const before = this.#baseBytes;
    if (!before) return undefined;
    const known = this.#pending;
    // Flashes that were read and added again leave the values as they were, but are a change.
    const sameFlashes = known?.flashes === this.flashes.operations;
    if (sameFlashes && known.snapshot?.compare(this) === "same") return known;
    const comparison = this.#clean?.compare(this) ?? "unknown";
    if (comparison === "same") return undefined;
    const capture = this.capture();
    const { bytes, flashes, snapshot } = capture;
    if (comparison !== "changed" && !this.#differs(bytes, before)) {
      this.#clean = snapshot;
      return undefined;
    }
    const live = { ...this.values };
    const compute = (): Change | undefined =>
      diff(this.#format.decode(before), this.#format.decode(bytes), live, flashes);
    let computed: { readonly change: Change | undefined } | undefined;
    const change = (): Change | undefined => (computed ??= { change: compute() }).change;
    this.#pending = { bytes, flashes, snapshot, change };
    return this.#pending;
  }

  /** Whether the pending bytes can replace `present` as they are, because no other request has changed it. */
  isBasedOn(present: Buffer): boolean {
    return this.#original && this.#baseBytes !== undefined && present.equals(this.#baseBytes);
  }

  /**
   * Only what this request itself set, as a new object, without the values and the principal of the session that it loaded.
   *
   * @param bytes a capture of the copy
   * @param change what the request changed until then
   */
  own(bytes: Buffer, change: Change | undefined): Content {
    const { values, metadata } = this.#format.decode(bytes);
    if (!this.#baseBytes) return { values, metadata };
    const { set, flashes } = change ?? NO_CHANGE;
    // In place: the serializer may remember the types of the values by this object.
    for (const key of Object.keys(values)) {
      const list = values[key];
      const added = flashes.get(key)?.added.length ?? 0;
      // The added flashes are the last ones of the list.
      if (added > 0 && Array.isArray(list)) values[key] = list.slice(-added);
      else if (!set.has(key)) delete values[key];
    }
    return { values, metadata: chosenForBrowser(metadata) };
  }

  /** Makes `capture`, which was stored, the base. */
  settle({ bytes, flashes, snapshot }: Capture): void {
    this.#baseBytes = bytes;
    this.#clean = snapshot;
    this.#pending = undefined;
    this.flashes.settle(flashes);
  }

  /**
   * Prepares for another save after a save of `capture` that may or may not have been done. Plain changes stay pending: to repeat them is
   * harmless. Flashes do not, because a flash stored twice would be shown twice. A session that is not stored begins anew, under another id.
   */
  settleUnknown(capture: Capture): void {
    if (!this.#baseBytes) return;
    const { values, metadata } = this.#format.decode(this.#baseBytes);
    const sent = this.#format.decode(capture.bytes).values;
    for (const key of capture.flashes.keys()) {
      if (key in sent) values[key] = sent[key];
      else delete values[key];
    }
    const bytes = this.#format.encodeAnyLength(values, metadata);
    this.settle({ ...capture, bytes, snapshot: undefined });
  }

  /** Shows the stored `record` in place of `capture` and keeps later changes. Without a capture all changes are dropped. */
  replaceWith(record: Buffer, capture?: Capture): void {
    const { values, metadata } = this.#format.decode(record);
    const late = capture && this.#changeSince(capture);
    if (!late) this.flashes.clear();
    deleteAllBut(this.values, []);
    for (const key of Object.keys(values)) this.values[key] = values[key];
    this.#original = false;
    this.#restart(record, metadata, late);
  }

  /** Makes `content`, a part of `capture`, the base, and keeps later changes: the session goes on under a new id. */
  rebaseOnNew(content: Content, capture: Capture): void {
    const late = this.#changeSince(capture);
    deleteAllBut(this.values, Object.keys(content.values));
    // A list of flashes may have been cut, and late flashes are added to it; other values are kept whole.
    for (const key of [...capture.flashes.keys(), ...(late?.flashes.keys() ?? [])]) {
      if (key in content.values) this.values[key] = content.values[key];
    }
    this.#restart(
      this.#format.encodeAnyLength(content.values, content.metadata),
      content.metadata,
      late,
    );
  }

  /** Drops all values; values set from now on belong to a new session. */
  clear(): void {
    deleteAllBut(this.values, []);
    this.metadata = {};
    this.#original = true;
    this.#baseBytes = undefined;
    this.#clean = undefined;
    this.#pending = undefined;
    this.flashes.clear();
  }

  #restart(base: Buffer, metadata: Metadata, late: Change | undefined): void {
    this.#baseBytes = base;
    this.#clean = undefined;
    this.#pending = undefined;
    this.metadata = metadata;
    if (late) this.metadata = merge(this, late).metadata;
  }

  /** The changes made after `capture`. */
  #changeSince(capture: Capture): Change | undefined {
    this.flashes.settle(capture.flashes);
    const before = this.#format.decode(capture.bytes);
    return diff(before, this.#asStored(), { ...this.values }, this.flashes.operations);
  }

  /** The content as it would be read back; as it is if it cannot be stored, which the next save reports. */
  #asStored(): Content {
    try {
      return this.#format.decode(this.capture().bytes);
    } catch {
      return this;
    }
  }

  #takeSnapshot(): Snapshot | undefined {
    return this.#format.plainDataOnly ? new Snapshot(this) : undefined;
  }

  /** Different bytes need not mean different values: Go sorts its keys. That is examined once for the same bytes. */
  #differs(bytes: Buffer, before: Buffer): boolean {
    if (bytes.equals(before)) return false;
    return this.#pending?.bytes.equals(bytes) || !this.#equals(this.#format.decode(before));
  }

  /** Compares by key, because an adapter may have given the values object a prototype. */
  #equals(content: Content): boolean {
    const keys = Object.keys(content.values);
    return (
      keys.length === Object.keys(this.values).length &&
      keys.every((key) => equal(content.values[key], this.values[key])) &&
      isDeepStrictEqual(content.metadata, this.metadata)
    );
  }
}
