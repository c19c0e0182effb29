// The backend in Redis: every step is one command, a plain one or a script that touches the two keys of one id.
import { asBuffer } from "../../as-buffer.ts";
import { ConfigError, RedistoreError, StoreUnavailableError } from "../../errors.ts";
import type { Backend, Entry, Health, WriteResult } from "../backend.ts";
import { Deadline } from "../deadline.ts";
import { DEAD, formatMark, type Mark } from "../tombstone.ts";
import { Keys, sharesSlot } from "./record-keys.ts";
import type { Command, Transport, Reply, CommandTarget } from "./transport/transport.ts";
import { entryOf, listOf, markOf, resultOf, wasSet } from "./replies.ts";
import { DELETE, REPLACE, RETIRE, type Script, TOUCH } from "./scripts.ts";
import { accessCheck, refused } from "./access.ts";
import { asServerError, ServerError } from "./transport/server-error.ts";

/** How long one SCAN may take, in seconds: its own limit, for it belongs to no request. */
const SCAN_SECONDS = 10;
/** Keys that one SCAN looks at. */
const SCAN_COUNT = "1000";

export interface RedisBackendOptions {
  /** What every key begins with. */
  readonly keyPrefix: string;
}

/** A {@link Backend} over any {@link Transport}. Needs Redis 6.2 or newer, or Valkey. */
export class RedisBackend implements Backend {
  readonly #transport: Transport;
  readonly #keys: Keys;

  constructor(transport: Transport, { keyPrefix }: RedisBackendOptions) {
    if (transport.isCluster && !sharesSlot(keyPrefix)) {
      throw new ConfigError(
        `The key prefix "${keyPrefix}" has a "}" in it, so that a Redis Cluster would keep a session and its mark on different nodes. ` +
          'Leave the "}" out, or make a whole hash tag, as in "{myapp}_".',
      );
    }
    this.#transport = transport;
    this.#keys = new Keys(keyPrefix);
  }

  async get(id: string, deadline: Deadline): Promise<Entry> {
    const args = this.#names(id);
    const command = { name: "mget", args, key: args[0], write: false };
    return entryOf(await this.#send(command, deadline), this.#transport.address);
  }

  async touch(id: string, seconds: number, deadline: Deadline): Promise<Entry> {
    const reply = await this.#run(TOUCH, id, [milliseconds(seconds)], deadline);
    return entryOf(reply, this.#transport.address);
  }

  async create(
    id: string,
    record: Uint8Array,
    seconds: number,
    deadline: Deadline,
  ): Promise<boolean> {
    const [key] = this.#names(id);
    const args = [key, asBuffer(record), "PX", milliseconds(seconds), "NX"];
    const before = this.#transport.resendCount;
    const reply = await this.#send({ name: "set", args, key, write: true }, deadline);
    const created = wasSet(reply, this.#transport.address);
    if (!created) this.#failIfResent(before);
    return created;
  }

  async replace(
    id: string,
    expected: Uint8Array | undefined,
    record: Uint8Array,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const args = [asBuffer(record), milliseconds(seconds)];
    if (expected) args.push(asBuffer(expected));
    const before = this.#transport.resendCount;
    return this.#asResult(await this.#run(REPLACE, id, args, deadline), before);
  }

  async retire(
    id: string,
    expected: Uint8Array,
    mark: Mark,
    markSeconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    const args = [asBuffer(expected), formatMark(mark), milliseconds(markSeconds)];
    const before = this.#transport.resendCount;
    return this.#asResult(await this.#run(RETIRE, id, args, deadline), before);
  }

  async delete(
    id: string,
    markSeconds: number,
    deadline: Deadline,
  ): Promise<{ readonly deleted: boolean; readonly mark: Mark | undefined }> {
    const before = this.#transport.resendCount;
    const args = [formatMark(DEAD), milliseconds(markSeconds)];
    const reply = await this.#run(DELETE, id, args, deadline);
    const [deleted, mark] = listOf(reply, this.#transport.address);
    if (Number(deleted) === 0) this.#failIfResent(before);
    return { deleted: Number(deleted) > 0, mark: markOf(mark) };
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

  #asResult(reply: Reply, before: number): WriteResult {
    const result = resultOf(reply, this.#transport.address);
    if (result.outcome !== "done") this.#failIfResent(before);
    return result;
  }

  /** The names of the record and of its mark. */
  #names(id: string): readonly [record: string, mark: string] {
    if (this.#transport.isCluster && !sharesSlot(this.#keys.prefix, id)) {
      throw new ConfigError(
        'This session id has a "}" in it, which a Redis Cluster cannot keep in one slot with its mark.',
      );
    }
    const record = this.#keys.record(id);
    return [record, this.#keys.mark(record)];
  }

  /** By its hash; with its whole text only where Redis does not know it (yet, or after a restart or failover). */
  #run(
    script: Script,
    id: string,
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<Reply> {
    const [key, mark] = this.#names(id);
    const command = {
      name: "evalsha",
      args: [script.sha, "2", key, mark, ...args],
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

  /** A write that met a broken connection may have been sent twice by the client library: its refusal proves nothing then. */
  #failIfResent(before: number): void {
    if (this.#transport.resendCount === before) return;
    throw new StoreUnavailableError(
      `The connection to Redis at ${this.#transport.address} broke while a session was written, and the client may have sent the write twice. ` +
        "It may have been done or not.",
      { outcome: "unknown" },
    );
  }
}

/** Every stored record has an expiry; one that is over already is the shortest there is. */
function milliseconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds * 1000)));
}
