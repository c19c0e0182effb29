// The backend in Redis: each step is one command, a plain one or a script over the two keys of one id.
import { ConfigError, RedistoreError, StoreUnavailableError } from "../../errors.ts";
import type { Backend, Deletion, Entry, Health, WriteResult } from "../backend.ts";
import { Deadline } from "../deadline.ts";
import { formatFlags, formatSuccessor, type Ending, type Successor } from "../tombstone.ts";
import { accessCheck, refused } from "./access.ts";
import { RecordKeys, sharesSlot } from "./record-keys.ts";
import { createdOf, deletionOf, entryOf, listOf, writeResultOf } from "./replies.ts";
import { CREATE, DELETE, REPLACE, RETIRE, type Script, TOUCH } from "./scripts.ts";
import { asServerError, ServerError } from "./transport/server-error.ts";
import type { Command, CommandTarget, Reply, Transport } from "./transport/transport.ts";

/** The time limit of one SCAN in seconds. Listing belongs to no request, so it does not share a request's deadline. */
const SCAN_SECONDS = 10;
/** Keys that one SCAN examines. */
const SCAN_COUNT = "1000";

const NOTHING: Entry = { record: undefined, tombstone: undefined };

export interface RedisBackendOptions {
  /** The prefix of all keys. */
  readonly keyPrefix: string;
}

/** A {@link Backend} over any {@link Transport}. Needs Redis 6.2 or newer, or Valkey. */
export class RedisBackend implements Backend {
  readonly #transport: Transport;
  readonly #keys: RecordKeys;

  constructor(transport: Transport, { keyPrefix }: RedisBackendOptions) {
    if (transport.isCluster && !sharesSlot(keyPrefix)) {
      throw new ConfigError(
        `The key prefix "${keyPrefix}" has a "}" in it, so that a Redis Cluster would keep a session and its tombstone on different nodes. ` +
          'Leave the "}" out, or use a whole hash tag, as in "{myapp}_".',
      );
    }
    this.#transport = transport;
    this.#keys = new RecordKeys(keyPrefix);
  }

  async get(id: string, deadline: Deadline): Promise<Entry> {
    const args = this.#keysOf(id);
    if (this.#isTombstone(args[0])) return NOTHING;
    const command = { name: "mget", args, key: args[0], write: false };
    return entryOf(await this.#send(command, deadline), this.#transport.address);
  }

  async getMany(ids: readonly string[], deadline: Deadline): Promise<readonly Entry[]> {
    if (this.#transport.isCluster || ids.length < 2)
      return Promise.all(ids.map((id) => this.get(id, deadline)));
    const args = ids.flatMap((id) => this.#keysOf(id));
    const reply = await this.#send({ name: "mget", args, write: false }, deadline);
    return ids.map((id, index) =>
      this.#isTombstone(this.#keys.record(id))
        ? NOTHING
        : entryOf(reply, this.#transport.address, index),
    );
  }

  async touch(id: string, seconds: number, deadline: Deadline): Promise<Entry> {
    const reply = await this.#run(TOUCH, id, [milliseconds(seconds)], deadline);
    return entryOf(reply, this.#transport.address);
  }

  async create(id: string, record: Buffer, seconds: number, deadline: Deadline): Promise<boolean> {
    if (this.#isTombstone(this.#keys.record(id))) {
      throw new ConfigError(
        'A session id that ends with "~" cannot be stored: its key would be that of a tombstone. Generate ids without "~".',
      );
    }
    const resends = this.#transport.resendCount;
    const reply = await this.#run(CREATE, id, [record, milliseconds(seconds)], deadline);
    const created = createdOf(reply, this.#transport.address);
    if (!created) this.#failIfResent(resends);
    return created;
  }

  replace(
    id: string,
    expected: Buffer | undefined,
    record: Buffer,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const args = [record, milliseconds(seconds)];
    if (expected) args.push(expected);
    return this.#write(REPLACE, id, args, deadline);
  }

  retire(
    id: string,
    expected: Buffer,
    successor: Successor,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const words = [successor.kind, formatSuccessor(successor)];
    const args = [expected, ...words, milliseconds(seconds), successor.to];
    return this.#write(RETIRE, id, args, deadline);
  }

  async delete(id: string, ending: Ending, seconds: number, deadline: Deadline): Promise<Deletion> {
    if (this.#isTombstone(this.#keys.record(id))) return { deleted: false, tombstone: undefined };
    const resends = this.#transport.resendCount;
    const args = [formatFlags(ending), milliseconds(seconds)];
    const reply = await this.#run(DELETE, id, args, deadline);
    const deletion = deletionOf(reply, this.#transport.address);
    if (!deletion.deleted) this.#failIfResent(resends);
    return deletion;
  }

  async *ids(): AsyncIterable<string> {
    for (const master of await this.#masters(new Deadline(SCAN_SECONDS))) {
      let cursor = "0";
      do {
        const args = [cursor, "MATCH", this.#keys.pattern, "COUNT", SCAN_COUNT];
        const scan = { name: "scan", args, write: false };
        const reply = await this.#send(scan, new Deadline(SCAN_SECONDS), master);
        const [next, found] = listOf(reply, master.address);
        for (const key of listOf(found, master.address)) {
          const id = this.#keys.id(String(key));
          if (id !== undefined) yield id;
        }
        cursor = String(next);
      } while (cursor !== "0");
    }
  }

  async health(deadline: Deadline): Promise<Health> {
    const began = performance.now();
    const latency = (): number => (performance.now() - began) / 1000;
    try {
      const masters = await this.#masters(deadline);
      const ping: Command = { name: "ping", args: [], write: false };
      await Promise.all(masters.map((master) => this.#send(ping, deadline, master)));
      for (const command of accessCheck(this.#keys)) await this.#send(command, deadline);
      return { ok: true, latency: latency() };
    } catch (error) {
      return { ok: false, latency: latency(), error: error as Error };
    }
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Runs a script that writes on a condition. */
  async #write(
    script: Script,
    id: string,
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<WriteResult> {
    const resends = this.#transport.resendCount;
    const reply = await this.#run(script, id, args, deadline);
    const result = writeResultOf(reply, this.#transport.address);
    if (result.outcome !== "done") this.#failIfResent(resends);
    return result;
  }

  /** The keys of the record and of its tombstone. */
  #keysOf(id: string): readonly [record: string, tombstone: string] {
    if (this.#transport.isCluster && !sharesSlot(this.#keys.prefix, id)) {
      throw new ConfigError(
        'This session id has a "}" in it, so a Redis Cluster cannot keep it in one slot with its tombstone.',
      );
    }
    const record = this.#keys.record(id);
    return [record, this.#keys.tombstone(record)];
  }

  /** True if an id, which may come from a client, would name a tombstone in place of a record. */
  #isTombstone(record: string): boolean {
    return this.#keys.id(record) === undefined;
  }

  /** Calls a script by its hash. The transport sends its text if Redis does not know it: at first, and after a restart or failover. */
  #run(
    script: Script,
    id: string,
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<Reply> {
    const [key, tombstone] = this.#keysOf(id);
    const command = {
      name: "evalsha",
      args: [script.sha, "2", key, tombstone, ...args],
      key,
      write: true,
      script: script.lua,
    };
    return this.#send(command, deadline);
  }

  #send(command: Command, deadline: Deadline, to: CommandTarget = this.#transport): Promise<Reply> {
    return to.send(command, deadline).catch((error: unknown) => {
      throw this.#asPublic(error, to);
    });
  }

  async #masters(deadline: Deadline): Promise<readonly CommandTarget[]> {
    try {
      return await this.#transport.masters(deadline);
    } catch (error) {
      throw this.#asPublic(error, this.#transport);
    }
  }

  #asPublic(error: unknown, { address }: CommandTarget): Error {
    // A login can be refused, too: then the refusal is the cause of an error of the transport.
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    if (cause === undefined || (error instanceof RedistoreError && !(cause instanceof ServerError)))
      return error as Error;
    const refusal = asServerError(cause);
    return refusal ? refused(refusal, address, this.#keys) : (error as Error);
  }

  /** If the client library sent a write twice, a refusal may mean that the first copy of it was done. */
  #failIfResent(resends: number): void {
    if (this.#transport.resendCount === resends) return;
    throw new StoreUnavailableError(
      `The connection to Redis at ${this.#transport.address} broke while a session was written, and the client may have sent the write twice. ` +
        "It may have been done or not.",
      { outcome: "unknown" },
    );
  }
}

/** For PX. A time that is over already becomes the shortest expiry there is. */
function milliseconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds * 1000)));
}
