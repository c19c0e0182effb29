// The backend in this process's memory: for development and tests, and the contract in its most readable form.
import type { Backend, Entry, Health, WriteResult } from "../backend.ts";
import { closed } from "../closed.ts";
import type { Deadline } from "../deadline.ts";
import { DEAD, formatMark, type Mark } from "../tombstone.ts";
import { ExpiringMap } from "./expiring-map.ts";

const SWEEP_INTERVAL_MS = 1000;

/** The store's clock; Unix seconds, as for `withClock`. */
export interface MemoryBackendOptions {
  now?: () => number;
}

/**
 * A {@link Backend} whose sessions live and end with this process. Every method is one synchronous step, so the steps of all
 * requests are in one order, as those of Redis are.
 */
export class MemoryBackend implements Backend {
  readonly #records: ExpiringMap<Buffer>;
  readonly #marks: ExpiringMap<Mark>;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: MemoryBackendOptions = {}) {
    const now = options.now ?? (() => Date.now() / 1000);
    this.#records = new ExpiringMap(now);
    this.#marks = new ExpiringMap(now);
  }

  async get(id: string, _deadline: Deadline): Promise<Entry> {
    this.#assertOpen();
    return this.#entry(id);
  }

  async touch(id: string, seconds: number, _deadline: Deadline): Promise<Entry> {
    this.#assertOpen();
    if (!this.#marks.get(id)) this.#records.raise(id, seconds);
    return this.#entry(id);
  }

  async create(
    id: string,
    record: Uint8Array,
    seconds: number,
    _deadline: Deadline,
  ): Promise<boolean> {
    this.#assertOpen();
    if (this.#records.get(id)) return false;
    this.#store(id, record, seconds);
    return true;
  }

  async replace(
    id: string,
    expected: Uint8Array | undefined,
    record: Uint8Array,
    seconds: number,
    _deadline: Deadline,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const present = this.#entry(id);
    if (present.mark || !present.record) return { outcome: "gone", mark: present.mark };
    if (expected && !present.record.equals(expected)) {
      return { outcome: "changed", record: present.record };
    }
    this.#store(id, record, seconds);
    return { outcome: "done" };
  }

  async retire(
    id: string,
    expected: Uint8Array,
    mark: Mark,
    markSeconds: number,
    _deadline: Deadline,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const present = this.#entry(id);
    if (present.mark && formatMark(present.mark) === formatMark(mark)) return { outcome: "done" };
    if (present.mark || !present.record) return { outcome: "gone", mark: present.mark };
    if (!present.record.equals(expected)) return { outcome: "changed", record: present.record };
    this.#records.delete(id);
    this.#mark(id, mark, markSeconds);
    return { outcome: "done" };
  }

  async delete(
    id: string,
    markSeconds: number,
    _deadline: Deadline,
  ): Promise<{ readonly deleted: boolean; readonly mark: Mark | undefined }> {
    this.#assertOpen();
    const mark = this.#marks.get(id);
    const deleted = this.#records.delete(id);
    if (deleted && !mark) this.#mark(id, DEAD, markSeconds);
    return { deleted, mark };
  }

  async *ids(): AsyncIterable<string> {
    this.#assertOpen();
    yield* this.#records.keys();
  }

  async health(_deadline: Deadline): Promise<Health> {
    return this.#closed ? { ok: false, latency: 0, error: closed() } : { ok: true, latency: 0 };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#records.clear();
    this.#marks.clear();
  }

  /** Bytes are copied on their way out and in: nobody may hold a piece of the store and change it. */
  #entry(id: string): Entry {
    const record = this.#records.get(id);
    return { record: record && Buffer.from(record), mark: this.#marks.get(id) };
  }

  #store(id: string, record: Uint8Array, seconds: number): void {
    this.#records.set(id, Buffer.from(record), seconds);
    this.#sweepInBackground();
  }

  #mark(id: string, mark: Mark, seconds: number): void {
    this.#marks.set(id, { ...mark }, seconds);
    this.#sweepInBackground();
  }

  /** What nobody asks for again would stay for ever. The timer runs only while something is held, and keeps no process alive. */
  #sweepInBackground(): void {
    this.#sweeper ??= setInterval(() => {
      this.#records.sweep();
      this.#marks.sweep();
      if (this.#records.size + this.#marks.size > 0) return;
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }, SWEEP_INTERVAL_MS).unref();
  }

  #assertOpen(): void {
    if (this.#closed) throw closed();
  }
}

/** A backend in memory. `now` gives Unix seconds; default the system's clock. */
export function createMemoryBackend(options: MemoryBackendOptions = {}): Backend {
  return new MemoryBackend(options);
}
