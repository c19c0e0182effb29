// The backend in the memory of this process, for development and tests. It is also the contract in its most readable form.
import { type Activity, lifetimeFieldsIn, movedBy } from "../activity.ts";
import type { Backend, Deletion, Entry, Health, InspectedEntry, WriteResult } from "../backend.ts";
import { closed } from "../closed.ts";
import type { Deadline } from "../deadline.ts";
import type { Admission, Admitted, Bar, Member } from "../principal-index.ts";
import type { Ending, Successor, Tombstone } from "../tombstone.ts";
import { ExpiringMap } from "./expiring-map.ts";
import { MemoryPrincipalIndex } from "./memory-principal-index.ts";

const SWEEP_INTERVAL_MS = 1000;

export interface MemoryBackendOptions {
  /** The clock in Unix seconds, as for `withClock`. Default: the system's. */
  now?: () => number;
}

/** A {@link Backend} whose sessions end with this process. Each method is one synchronous step, and so atomic. */
export class MemoryBackend implements Backend {
  readonly #now: () => number;
  readonly #records: ExpiringMap<Buffer>;
  readonly #tombstones: ExpiringMap<Tombstone>;
  readonly #indexes: ExpiringMap<MemoryPrincipalIndex>;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: MemoryBackendOptions = {}) {
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#records = new ExpiringMap(this.#now);
    this.#tombstones = new ExpiringMap(this.#now);
    this.#indexes = new ExpiringMap(this.#now);
  }

  async get(id: string, _deadline: Deadline): Promise<Entry> {
    this.#assertOpen();
    return this.#entry(id);
  }

  async getMany(ids: readonly string[], _deadline: Deadline): Promise<readonly Entry[]> {
    this.#assertOpen();
    return ids.map((id) => this.#entry(id));
  }

  async inspect(ids: readonly string[], _deadline: Deadline): Promise<readonly InspectedEntry[]> {
    this.#assertOpen();
    return ids.map((id) => ({ ...this.#entry(id), secondsLeft: this.#records.secondsLeft(id) }));
  }

  async touch(id: string, seconds: number, _deadline: Deadline): Promise<Entry> {
    this.#assertOpen();
    this.#records.raise(id, seconds);
    return this.#entry(id);
  }

  async roll(id: string, activity: Activity, _deadline: Deadline): Promise<InspectedEntry> {
    this.#assertOpen();
    const { record, tombstone } = this.#entry(id);
    const left = this.#records.secondsLeft(id);
    if (record && !tombstone && left !== undefined) {
      const { seconds, least } = movedBy(lifetimeFieldsIn(record), activity);
      if (seconds - left >= least) this.#records.raise(id, seconds);
    }
    return { record, tombstone, secondsLeft: this.#records.secondsLeft(id) };
  }

  async create(id: string, record: Buffer, seconds: number, _deadline: Deadline): Promise<boolean> {
    this.#assertOpen();
    if (this.#records.get(id) || this.#tombstones.get(id)) return false;
    this.#store(id, record, seconds);
    return true;
  }

  async replace(
    id: string,
    expected: Buffer | undefined,
    record: Buffer,
    seconds: number,
    _deadline: Deadline,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const present = this.#records.get(id);
    if (!present) return { outcome: "gone", tombstone: this.#tombstones.get(id) };
    if (expected && !present.equals(expected)) {
      return { outcome: "changed", record: Buffer.from(present) };
    }
    this.#store(id, record, seconds);
    return { outcome: "done" };
  }

  async retire(
    id: string,
    expected: Buffer,
    successor: Successor,
    seconds: number,
    _deadline: Deadline,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const tombstone = this.#tombstones.get(id);
    if (tombstone && isSame(tombstone, successor)) return { outcome: "done" };
    const present = this.#records.get(id);
    if (!present) return { outcome: "gone", tombstone };
    if (!present.equals(expected)) return { outcome: "changed", record: Buffer.from(present) };
    this.#end(id, { ...successor, at: this.#now() }, seconds);
    return { outcome: "done" };
  }

  async delete(
    id: string,
    { told, owned }: Ending,
    seconds: number,
    _deadline: Deadline,
  ): Promise<Deletion> {
    this.#assertOpen();
    const tombstone = this.#tombstones.get(id);
    const deleted = this.#records.get(id) !== undefined;
    if (deleted) this.#end(id, { kind: "ended", at: this.#now(), told, owned }, seconds);
    return { deleted, tombstone };
  }

  async admit(principal: string, admission: Admission, _deadline: Deadline): Promise<Admitted> {
    return this.#indexOf(principal, admission.seconds).admit(admission);
  }

  async members(principal: string, _deadline: Deadline): Promise<readonly Member[]> {
    this.#assertOpen();
    return this.#indexes.get(principal)?.members() ?? [];
  }

  async bar(principal: string, bar: Bar, _deadline: Deadline): Promise<readonly Member[]> {
    return this.#indexOf(principal, bar.seconds).bar(bar);
  }

  async dismiss(principal: string, members: readonly Member[], _deadline: Deadline): Promise<void> {
    this.#assertOpen();
    this.#indexes.get(principal)?.dismiss(members);
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
    this.#tombstones.clear();
    this.#indexes.clear();
  }

  #entry(id: string): Entry {
    const record = this.#records.get(id);
    return { record: record && Buffer.from(record), tombstone: this.#tombstones.get(id) };
  }

  /** The index of `principal`, which is kept for `seconds` from now on, at least. */
  #indexOf(principal: string, seconds: number): MemoryPrincipalIndex {
    this.#assertOpen();
    this.#sweepInBackground();
    const index = this.#indexes.get(principal);
    if (index) {
      this.#indexes.raise(principal, seconds);
      return index;
    }
    const made = new MemoryPrincipalIndex();
    this.#indexes.set(principal, made, seconds);
    return made;
  }

  #store(id: string, record: Buffer, seconds: number): void {
    this.#records.set(id, Buffer.from(record), seconds);
    this.#sweepInBackground();
  }

  /** Only this process writes here, and it creates no record beside a tombstone. So there is never both. */
  #end(id: string, tombstone: Tombstone, seconds: number): void {
    this.#records.delete(id);
    this.#tombstones.set(id, tombstone, seconds);
    this.#sweepInBackground();
  }

  /** Removes expired entries that no request asks for. The timer runs only while there are entries, and keeps no process alive. */
  #sweepInBackground(): void {
    this.#sweeper ??= setInterval(() => {
      this.#records.sweep();
      this.#tombstones.sweep();
      this.#indexes.sweep();
      if (this.#records.size + this.#tombstones.size + this.#indexes.size > 0) return;
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }, SWEEP_INTERVAL_MS).unref();
  }

  #assertOpen(): void {
    if (this.#closed) throw closed();
  }
}

function isSame(tombstone: Tombstone, { kind, to }: Successor): boolean {
  return tombstone.kind === kind && tombstone.to === to;
}

/** A backend in memory, as {@link MemoryBackend}. */
export function createMemoryBackend(options: MemoryBackendOptions = {}): Backend {
  return new MemoryBackend(options);
}
