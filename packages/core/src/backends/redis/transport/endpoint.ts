// Where a connection goes and how it logs in, as options of ioredis.
import type { RedisOptions } from "ioredis";
import type { Identity, NodeAddress } from "../../../options/connection.ts";
import { concealPassword } from "./conceal-arguments.ts";
import { explainFailure, OpeningError } from "./explain-failure.ts";

/** The options of ioredis, without those that would change the form of replies or the keys. */
export type ClientOptions = Omit<RedisOptions, "replyMapping" | "stringNumbers" | "keyPrefix">;

/** A place to connect to. */
export interface Endpoint {
  /** For messages. */
  readonly address: string;
  /** The options of the next connection. Asks for the password if it is a function. */
  clientOptions(): Promise<ClientOptions>;
  /** The error to report if a connection cannot be opened. */
  explain(error: unknown): Error;
  /** Calls `onMoved` when the address leads to another node from now on, until the returned function is called. */
  watch?(onMoved: () => void): () => void;
}

/** A node at a host and port. */
export function tcpEndpoint({ host, port }: NodeAddress, identity: Identity): Endpoint {
  const node = { host, port };
  return {
    ...fixedEndpoint(label(node), node, identity),
    explain: (error) => explainFailure(error, identity, node),
  };
}

/** A node behind a socket file. */
export function unixEndpoint(path: string, identity: Identity): Endpoint {
  return fixedEndpoint(path, { path }, identity);
}

/** `host:port`, with brackets around an IPv6 address. */
export function label({ host, port }: NodeAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The options by which ioredis logs in. */
export async function loginOptions({
  username,
  password,
  db,
  tls,
}: Identity): Promise<ClientOptions> {
  const secret = typeof password === "function" ? await ask(password) : password;
  return {
    ...(username ? { username } : {}),
    ...(secret ? { password: concealPassword(secret) } : {}),
    ...(db ? { db } : {}),
    ...(tls ? { tls } : {}),
  };
}

async function ask(password: () => string | Promise<string>): Promise<string> {
  let given: unknown;
  try {
    given = await password();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OpeningError(`the function that gives the password failed: ${reason}`, { cause });
  }
  if (typeof given === "string") return given;
  throw new OpeningError(`the function that gives the password gave ${typeof given}, not a string`);
}

function fixedEndpoint(address: string, place: ClientOptions, identity: Identity): Endpoint {
  return {
    address,
    clientOptions: async () => ({ ...place, ...(await loginOptions(identity)) }),
    explain: (error) => explainFailure(error, identity),
  };
}
