// A backend that encrypts the records of another one. The save protocol above it sees plain bytes alone.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { KeyRing } from "../codec/key-ring.ts";
import { isEncrypted, type RecordCipher } from "../codec/record-cipher.ts";
import { SessionTooLargeError } from "../errors.ts";
import { type Activity, formatLifetimeFields, lifetimeFieldsIn } from "./activity.ts";
import type { Backend, Deletion, Entry, Health, InspectedEntry, WriteResult } from "./backend.ts";
import type { Deadline } from "./deadline.ts";
import type { Admission, Admitted, Bar, Member } from "./principal-index.ts";
import type { Ending, Successor } from "./tombstone.ts";

const DEFLATED = 1;

export interface EncryptedBackendOptions {
  readonly keyRing: Pick<KeyRing, "current" | "cipher">;
  /** The first part of every key in the backend. A record cannot be decrypted under another prefix. */
  readonly keyPrefix: string;
  /** Whether records are compressed where that makes them shorter. */
  readonly compress: boolean;
  /** The longest record that is decompressed, in bytes; 0 is no limit. */
  readonly maxReadLength: number;
  /** Called with each record that an older pair of keys had encrypted. */
  readonly onOldKey: (id: string, keyIndex: number) => void;
  /** Called with each record that is encrypted, and not by these keys for this id. */
  readonly onUndecipherable: (id: string) => void;
}

/** A record as it is stored. */
interface Stored {
  readonly bytes: Buffer;
  /** Where it was written; undefined if it was read. */
  readonly written?: { readonly id: string; readonly cipher: RecordCipher };
}

/**
 * A record is encrypted for its id. One that cannot be decrypted counts as none, and its bytes stay. One that is not encrypted is read as it
 * is, and encrypted when it is next written.
 *
 * The backend below compares stored bytes, which are different each time a record is encrypted. So `expected` has to be a buffer that this
 * backend returned or wrote, and not a copy of it.
 */
export class EncryptedBackend implements Backend {
  readonly #backend: Backend;
  readonly #options: EncryptedBackendOptions;
  /** The stored bytes of the plain records that were read or written here. */
  readonly #stored = new WeakMap<Buffer, Stored>();

  constructor(backend: Backend, options: EncryptedBackendOptions) {
    this.#backend = backend;
    this.#options = options;
  }

  async get(id: string, deadline: Deadline): Promise<Entry> {
    return this.#decryptEntry(id, await this.#read(this.#backend.get(id, deadline)));
  }

  async getMany(ids: readonly string[], deadline: Deadline): Promise<readonly Entry[]> {
    const entries = await this.#read(this.#backend.getMany(ids, deadline));
    return entries.map((entry, index) => this.#decryptEntry(ids[index] as string, entry));
  }

  async inspect(ids: readonly string[], deadline: Deadline): Promise<readonly InspectedEntry[]> {
    const entries = await this.#read(this.#backend.inspect(ids, deadline));
    return entries.map((entry, index) => this.#decryptEntry(ids[index] as string, entry));
  }

  async touch(id: string, seconds: number, deadline: Deadline): Promise<Entry> {
    return this.#decryptEntry(id, await this.#read(this.#backend.touch(id, seconds, deadline)));
  }

  async roll(id: string, activity: Activity, deadline: Deadline): Promise<InspectedEntry> {
    return this.#decryptEntry(id, await this.#read(this.#backend.roll(id, activity, deadline)));
  }

  async create(id: string, record: Buffer, seconds: number, deadline: Deadline): Promise<boolean> {
    return this.#backend.create(id, this.#encrypt(id, record), seconds, deadline);
  }

  async replace(
    id: string,
    expected: Buffer | undefined,
    record: Buffer,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const base = expected && this.#storedBytes(expected);
    const encrypted = this.#encrypt(id, record);
    return this.#decryptResult(
      id,
      await this.#backend.replace(id, base, encrypted, seconds, deadline),
    );
  }

  async retire(
    id: string,
    expected: Buffer,
    successor: Successor,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const base = this.#storedBytes(expected);
    return this.#decryptResult(
      id,
      await this.#backend.retire(id, base, successor, seconds, deadline),
    );
  }

  delete(id: string, ending: Ending, seconds: number, deadline: Deadline): Promise<Deletion> {
    return this.#backend.delete(id, ending, seconds, deadline);
  }

  admit(principal: string, admission: Admission, deadline: Deadline): Promise<Admitted> {
    return this.#backend.admit(principal, admission, deadline);
  }

  members(principal: string, deadline: Deadline): Promise<readonly Member[]> {
    return this.#backend.members(principal, deadline);
  }

  bar(principal: string, bar: Bar, deadline: Deadline): Promise<readonly Member[]> {
    return this.#backend.bar(principal, bar, deadline);
  }

  dismiss(principal: string, members: readonly Member[], deadline: Deadline): Promise<void> {
    return this.#backend.dismiss(principal, members, deadline);
  }

  ids(): AsyncIterable<string> {
    return this.#backend.ids();
  }

  health(deadline: Deadline): Promise<Health> {
    return this.#backend.health(deadline);
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** Has changed keys fetched, for a second at most, while the backend reads: they may have encrypted the record. */
  async #read<Result>(reading: Promise<Result>): Promise<Result> {
    const [result] = await Promise.all([reading, this.#options.keyRing.current()]);
    return result;
  }

  /** The same write again has the same bytes: if the first one was done in spite of a lost reply, they are recognized. */
  #encrypt(id: string, record: Buffer): Buffer {
    const cipher = this.#options.keyRing.cipher();
    const known = this.#stored.get(record);
    if (known?.written?.id === id && known.written.cipher === cipher) return known.bytes;
    const deflated = this.#options.compress ? deflateRawSync(record) : record;
    const isShorter = deflated.length < record.length;
    const place = this.#options.keyPrefix + id;
    const bytes = cipher.encrypt(isShorter ? deflated : record, place, {
      flags: isShorter ? DEFLATED : 0,
      // In clear, for a script that moves the expiry.
      note: formatLifetimeFields(lifetimeFieldsIn(record)),
    });
    this.#stored.set(record, { bytes, written: { id, cipher } });
    return bytes;
  }

  #storedBytes(record: Buffer): Buffer {
    const stored = this.#stored.get(record);
    if (!stored) throw new TypeError("The expected record was neither read nor written here.");
    return stored.bytes;
  }

  #decryptEntry<Kind extends Entry>(id: string, entry: Kind): Kind {
    if (!entry.record) return entry;
    const record = this.#decrypt(id, entry.record);
    return record ? { ...entry, record } : { ...entry, record, isUndecipherable: true };
  }

  /** A write over a record that cannot be decrypted is refused, as if there were none. */
  #decryptResult(id: string, result: WriteResult): WriteResult {
    if (result.outcome !== "changed") return result;
    const record = this.#decrypt(id, result.record);
    return record ? { ...result, record } : { outcome: "gone", tombstone: undefined };
  }

  #decrypt(id: string, bytes: Buffer): Buffer | undefined {
    const record = isEncrypted(bytes) ? this.#decipher(id, bytes) : Buffer.from(bytes);
    if (record) this.#stored.set(record, { bytes });
    return record;
  }

  #decipher(id: string, bytes: Buffer): Buffer | undefined {
    const { keyRing, keyPrefix, onOldKey, onUndecipherable } = this.#options;
    const decrypted = keyRing.cipher().decrypt(bytes, keyPrefix + id);
    if (!decrypted) {
      onUndecipherable(id);
      return undefined;
    }
    if (decrypted.keyIndex > 0) onOldKey(id, decrypted.keyIndex);
    return decrypted.flags & DEFLATED ? this.#inflate(decrypted.bytes) : decrypted.bytes;
  }

  /** @throws SessionTooLargeError before there is more in memory than the limit allows */
  #inflate(bytes: Buffer): Buffer {
    const { maxReadLength } = this.#options;
    try {
      return inflateRawSync(bytes, maxReadLength > 0 ? { maxOutputLength: maxReadLength } : {});
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw cause;
      throw new SessionTooLargeError(
        `The stored session is over the limit of ${maxReadLength} bytes for reading when it is decompressed. Delete the record, or raise withMaxReadLength.`,
        { cause },
      );
    }
  }
}
