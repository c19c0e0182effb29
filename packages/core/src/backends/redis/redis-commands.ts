// Sends commands and scripts to Redis, and makes public errors of what it refuses.
import { RedistoreError, StoreUnavailableError } from "../../errors.ts";
import type { Deadline } from "../deadline.ts";
import { refused } from "./access.ts";
import type { RecordKeys } from "./record-keys.ts";
import type { Script } from "./scripts.ts";
import { asServerError, ServerError } from "./transport/server-error.ts";
import type { Command, CommandTarget, Reply, Transport } from "./transport/transport.ts";

export class RedisCommands {
  readonly #transport: Transport;
  readonly #keys: RecordKeys;

  constructor(transport: Transport, keys: RecordKeys) {
    this.#transport = transport;
    this.#keys = keys;
  }

  get address(): string {
    return this.#transport.address;
  }

  get isCluster(): boolean {
    return this.#transport.isCluster;
  }

  get resendCount(): number {
    return this.#transport.resendCount;
  }

  send(command: Command, deadline: Deadline, to: CommandTarget = this.#transport): Promise<Reply> {
    return to.send(command, deadline).catch((error: unknown) => {
      throw this.#asPublic(error, to, command.key);
    });
  }

  /** Calls a script by its hash. The transport sends its text if Redis does not know it: at first, and after a restart or failover. */
  run(
    script: Script,
    keys: readonly [string, ...string[]],
    args: readonly (string | Buffer)[],
    deadline: Deadline,
  ): Promise<Reply> {
    const command = {
      name: "evalsha",
      args: [script.sha, String(keys.length), ...keys, ...args],
      key: keys[0],
      write: true,
      script: script.lua,
    };
    return this.send(command, deadline);
  }

  async masters(deadline: Deadline): Promise<readonly CommandTarget[]> {
    try {
      return await this.#transport.masters(deadline);
    } catch (error) {
      throw this.#asPublic(error, this.#transport);
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** If the client library sent a write twice since `resends` was read, a refusal may mean that the first copy of it was done. */
  failIfResent(resends: number): void {
    if (this.resendCount === resends) return;
    throw new StoreUnavailableError(
      `The connection to Redis at ${this.address} broke while a session was written, and the client may have sent the write twice. ` +
        "It may have been done or not.",
      { outcome: "unknown" },
    );
  }

  #asPublic(error: unknown, { address }: CommandTarget, key?: string): Error {
    // A login can be refused, too: then the refusal is the cause of an error of the transport.
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    if (cause === undefined || (error instanceof RedistoreError && !(cause instanceof ServerError)))
      return error as Error;
    const refusal = asServerError(cause);
    return refusal ? refused(refusal, address, this.#keys, key) : (error as Error);
  }
}

/** For PX. A time that is over already becomes the shortest expiry there is. */
export function milliseconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds * 1000)));
}
