// The master that sentinels name: asked for at each connection, and watched for a failover in between.
import { Redis } from "ioredis";
import type { Identity, NodeAddress, SentinelOptions } from "../../../options/connection.ts";
import { concealPassword } from "./conceal-arguments.ts";
import { type ClientOptions, type Endpoint, label, loginOptions } from "./endpoint.ts";
import { explainFailure, OpeningError } from "./explain-failure.ts";
import { ServerError } from "./server-error.ts";

/** Milliseconds that are lost to a sentinel that hangs, before the next one is asked. */
const SENTINEL_TIMEOUT_MS = 700;

/** What ioredis and Node say if the other side hangs up. */
const CLOSED = /^Connection is closed|ECONNRESET/;

export class SentinelEndpoint implements Endpoint {
  readonly address: string;
  readonly #name: string;
  readonly #identity: Identity;
  readonly #options: SentinelOptions;
  /** The sentinel that announced the last failover comes first: the others learn of it up to two seconds later. */
  #sentinels: readonly NodeAddress[];
  /** The last master that a sentinel named, before `natMap`: `host:port`. */
  #announced: string | undefined;
  /** The same after `natMap`: where the connection went. */
  #master: NodeAddress | undefined;

  constructor(
    sentinels: readonly NodeAddress[],
    name: string,
    identity: Identity,
    options: SentinelOptions,
  ) {
    this.address = `the master "${name}" of the sentinels ${sentinels.map(label).join(", ")}`;
    this.#name = name;
    this.#identity = identity;
    this.#options = options;
    this.#sentinels = sentinels;
  }

  async clientOptions(): Promise<ClientOptions> {
    const { natMap, ...login } = this.#options;
    return {
      ...login,
      ...(await loginOptions(this.#identity)),
      // Without this ioredis uses TLS for the sentinels only.
      enableTLSForSentinelMode: this.#identity.tls !== undefined,
      // Called for other sentinels too, but for the master last.
      natMap: (announced) => {
        const mapped = typeof natMap === "function" ? natMap(announced) : natMap?.[announced];
        this.#announced = announced;
        this.#master = mapped ?? addressOf(announced);
        return mapped ?? null;
      },
      sentinels: [...this.#sentinels],
      name: this.#name,
      role: "master",
      sentinelRetryStrategy: () => null,
      connectTimeout: SENTINEL_TIMEOUT_MS,
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
      // Only with this does ioredis check that the node is a master: sentinels may be out of date.
      enableReadyCheck: true,
    };
  }

  explain(error: unknown): Error {
    const explained = explainFailure(error, this.#identity, this.#master);
    if (explained instanceof ServerError) return explained;
    const { message } = explained;
    if (message.startsWith("All sentinels are unreachable"))
      return this.#explainSentinels(explained);
    const suspicion = explained instanceof OpeningError ? explained.suspicion : undefined;
    if (explained instanceof OpeningError && explained.isPermanent) return explained;
    const master = this.#announced ?? "a master";
    const reason = CLOSED.test(message)
      ? "it closed the connection, or is not a master yet"
      : message;
    return new OpeningError(
      `the sentinels name ${master}: ${reason}. If it is reached at another address from here, give the natMap of withSentinel`,
      { cause: error, suspicion },
    );
  }

  #explainSentinels(error: Error): OpeningError {
    if (error.message.includes("No such master")) {
      return new OpeningError(
        `No such master: the sentinels do not monitor a master named "${this.#name}". ` +
          'Give withSentinel the name in their "sentinel monitor" lines',
        { cause: error },
      );
    }
    if (/NOAUTH|WRONGPASS/.test(error.message)) {
      return new OpeningError(
        "the sentinels refuse the login: see sentinelUsername and sentinelPassword in the options of withSentinel",
        { cause: error, isPermanent: true },
      );
    }
    if (/unknown command/i.test(error.message)) {
      return new OpeningError(
        "they are no sentinels: give withSentinel the addresses of sentinels, or connect to this Redis with withURL or withAddress",
        { cause: error, isPermanent: true },
      );
    }
    const reason = error.message.replace(/^.*?(Last error: |$)/s, "").replace(/\.$/, "");
    const hint = this.#options.sentinelTLS
      ? "do they speak TLS? If not, leave sentinelTLS out of the options of withSentinel"
      : "is one of them running there? If they speak TLS, give sentinelTLS in the options of withSentinel";
    return new OpeningError(`no sentinel replied${reason && `: ${reason}`} (${hint})`, {
      cause: error,
    });
  }

  /** Sentinels publish `+switch-master <name> <old host> <old port> <new host> <new port>`. */
  watch(onMoved: () => void): () => void {
    const watchers = this.#sentinels.map((sentinel) => {
      const client = new Redis(this.#watcherOptions(sentinel));
      // A sentinel that is away is retried by ioredis; the others are listened to meanwhile.
      client.on("error", () => undefined);
      client.on("message", (_channel, message) => {
        const [name, , , host, port] = message.split(" ");
        if (name !== this.#name || `${host}:${port}` === this.#announced) return;
        this.#sentinels = [sentinel, ...this.#sentinels.filter((each) => each !== sentinel)];
        onMoved();
      });
      client.subscribe("+switch-master").catch(() => undefined);
      return client;
    });
    return () => {
      for (const client of watchers) client.disconnect();
    };
  }

  #watcherOptions({ host, port }: NodeAddress): ClientOptions {
    const { sentinelUsername, sentinelPassword, sentinelTLS } = this.#options;
    return {
      host,
      port,
      ...(sentinelUsername ? { username: sentinelUsername } : {}),
      ...(sentinelPassword ? { password: concealPassword(sentinelPassword) } : {}),
      ...(sentinelTLS ? { tls: sentinelTLS } : {}),
      enableReadyCheck: false,
      disableClientInfo: true,
      protocol: 2,
      maxRetriesPerRequest: null,
      retryStrategy: (attempts) => Math.min(attempts * 200, 2000),
    };
  }
}

/** An IPv6 address comes without brackets. */
function addressOf(announced: string): NodeAddress {
  const colon = announced.lastIndexOf(":");
  return { host: announced.slice(0, colon), port: Number(announced.slice(colon + 1)) };
}
