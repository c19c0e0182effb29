// The backend in Redis: each step is one command, a plain one or a script over the two keys of one id.
import { ConfigError } from "../../errors.ts";
import type { Activity } from "../activity.ts";
import type { Backend, Deletion, Entry, Health, InspectedEntry, WriteResult } from "../backend.ts";
import { Deadline } from "../deadline.ts";
import type { Admission, Admitted, Bar, Member, PrincipalIndex } from "../principal-index.ts";
import { formatFlags, formatSuccessor, type Ending, type Successor } from "../tombstone.ts";
import { accessCheck } from "./access.ts";
import { RecordKeys, sharesSlot } from "./record-keys.ts";
import { milliseconds, RedisCommands } from "./redis-commands.ts";
import { RedisPrincipalIndex } from "./redis-principal-index.ts";
import { createdOf, deletionOf, entryOf, inspectedOf, listOf, writeResultOf } from "./replies.ts";
import { CREATE, DELETE, INSPECT, REPLACE, RETIRE, ROLL, type Script, TOUCH } from "./scripts.ts";
import type { Command, Reply, Transport } from "./transport/transport.ts";

/** The time limit of one SCAN in seconds. Listing belongs to no request, so it does not share a request's deadline. */
const SCAN_SECONDS = 10;
/** Keys that one SCAN examines. */
const SCAN_COUNT = "1000";

/** In seconds: longer than anything that is stored lives. Lua cannot read Infinity. */
const NO_LIMIT = 1e12;

const NOTHING: Entry = { record: undefined, tombstone: undefined };

export interface RedisBackendOptions {
  /** The prefix of all keys. */
  readonly keyPrefix: string;
}

/** A {@link Backend} over any {@link Transport}. Needs Redis 6.2 or newer, or Valkey. */
export class RedisBackend implements Backend {
  readonly #keys: RecordKeys;
  readonly #commands: RedisCommands;
  readonly #index: PrincipalIndex;

  constructor(transport: Transport, { keyPrefix }: RedisBackendOptions) {
    if (transport.isCluster && !sharesSlot(keyPrefix)) {
      throw new ConfigError(
        `The key prefix "${keyPrefix}" has a "}" in it, so that a Redis Cluster would keep a session and its tombstone on different nodes. ` +
          'Leave the "}" out, or use a whole hash tag, as in "{myapp}_".',
      );
    }
    this.#keys = new RecordKeys(keyPrefix);
    this.#commands = new RedisCommands(transport, this.#keys);
    this.#index = new RedisPrincipalIndex(this.#commands, this.#keys);
  }

  async get(id: string, deadline: Deadline): Promise<Entry> {
    const args = this.#keysOf(id);
    if (this.#isTombstone(args[0])) return NOTHING;
    const command = { name: "mget", args, key: args[0], write: false };
    return entryOf(await this.#commands.send(command, deadline), this.#commands.address);
  }

  async getMany(ids: readonly string[], deadline: Deadline): Promise<readonly Entry[]> {
    if (this.#commands.isCluster || ids.length < 2)
      return Promise.all(ids.map((id) => this.get(id, deadline)));
    const args = ids.flatMap((id) => this.#keysOf(id));
    const reply = await this.#commands.send({ name: "mget", args, write: false }, deadline);
    return ids.map((id, index) =>
      this.#isTombstone(this.#keys.record(id))
        ? NOTHING
        : entryOf(reply, this.#commands.address, index),
    );
  }

  async inspect(ids: readonly string[], deadline: Deadline): Promise<readonly InspectedEntry[]> {
    const inspectOne = async (id: string): Promise<InspectedEntry> => {
      if (this.#isTombstone(this.#keys.record(id))) return { ...NOTHING, secondsLeft: undefined };
      return inspectedOf(await this.#run(INSPECT, id, [], deadline), this.#commands.address);
    };
    return Promise.all(ids.map(inspectOne));
  }

  async touch(id: string, seconds: number, deadline: Deadline): Promise<Entry> {
    const reply = await this.#run(TOUCH, id, [milliseconds(seconds)], deadline);
    return entryOf(reply, this.#commands.address);
  }

  async roll(id: string, activity: Activity, deadline: Deadline): Promise<InspectedEntry> {
    const { seconds, browserSeconds, anonymousSeconds, absoluteSeconds, every, now } = activity;
    const limits = [anonymousSeconds, absoluteSeconds].map((limit) => Math.min(limit, NO_LIMIT));
    const args = [seconds, browserSeconds, ...limits, every ?? "", now].map(String);
    return inspectedOf(await this.#run(ROLL, id, args, deadline), this.#commands.address);
  }

  async create(id: string, record: Buffer, seconds: number, deadline: Deadline): Promise<boolean> {
    if (this.#isTombstone(this.#keys.record(id))) {
      throw new ConfigError(
        'A session id that ends with "~" cannot be stored: its key would be that of a tombstone. Generate ids without "~".',
      );
    }
    const resends = this.#commands.resendCount;
    const reply = await this.#run(CREATE, id, [record, milliseconds(seconds)], deadline);
    const created = createdOf(reply, this.#commands.address);
    if (!created) this.#commands.failIfResent(resends);
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
    const resends = this.#commands.resendCount;
    const args = [formatFlags(ending), milliseconds(seconds)];
    const reply = await this.#run(DELETE, id, args, deadline);
    const deletion = deletionOf(reply, this.#commands.address);
    if (!deletion.deleted) this.#commands.failIfResent(resends);
    return deletion;
  }

  admit(principal: string, admission: Admission, deadline: Deadline): Promise<Admitted> {
    return this.#index.admit(principal, admission, deadline);
  }

  members(principal: string, deadline: Deadline): Promise<readonly Member[]> {
    return this.#index.members(principal, deadline);
  }

  bar(principal: string, bar: Bar, deadline: Deadline): Promise<readonly Member[]> {
    return this.#index.bar(principal, bar, deadline);
  }

  dismiss(principal: string, members: readonly Member[], deadline: Deadline): Promise<void> {
    return this.#index.dismiss(principal, members, deadline);
  }

  async *ids(): AsyncIterable<string> {
    for (const master of await this.#commands.masters(new Deadline(SCAN_SECONDS))) {
      let cursor = "0";
      do {
        const args = [cursor, "MATCH", this.#keys.pattern, "COUNT", SCAN_COUNT];
        const scan = { name: "scan", args, write: false };
        const reply = await this.#commands.send(scan, new Deadline(SCAN_SECONDS), master);
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
      const masters = await this.#commands.masters(deadline);
      const ping: Command = { name: "ping", args: [], write: false };
      await Promise.all(masters.map((master) => this.#commands.send(ping, deadline, master)));
      for (const command of accessCheck(this.#keys)) await this.#commands.send(command, deadline);
      return { ok: true, latency: latency() };
    } catch (error) {
      return { ok: false, latency: latency(), error: error as Error };
    }
  }

  async close(): Promise<void> {
    await this.#commands.close();
  }

  /** Runs a script that writes on a condition. */
  async #write(
    script: Script,
    id: string,
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<WriteResult> {
    const resends = this.#commands.resendCount;
    const reply = await this.#run(script, id, args, deadline);
    const result = writeResultOf(reply, this.#commands.address);
    if (result.outcome !== "done") this.#commands.failIfResent(resends);
    return result;
  }

  /** The keys of the record and of its tombstone. */
  #keysOf(id: string): readonly [record: string, tombstone: string] {
    if (this.#commands.isCluster && !sharesSlot(this.#keys.prefix, id)) {
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

  /** Runs a script over the two keys of one id. */
  #run(
    script: Script,
    id: string,
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<Reply> {
    return this.#commands.run(script, this.#keysOf(id), args, deadline);
  }
}
