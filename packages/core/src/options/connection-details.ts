// The options of connections that the store opens itself: login, TLS, database and pool.
import type { ConnectionOptions as TLSOptions } from "node:tls";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { TLS_OPTION_NAMES } from "./tls-option-names.ts";
import type { Password } from "./connection.ts";
import { checkSeconds } from "./cookie-options.ts";
import { option, type StoreOption } from "./option.ts";

/**
 * User name and password (Redis 6 ACL). An empty user name is the default user.
 *
 * The password may be a function, which is called for each new connection, for credentials that rotate (IAM tokens):
 * `withAuth("app", () => signToken())`. If it throws or rejects, no connection opens, and the operation that needs one is a
 * `StoreUnavailableError`. Open connections stay logged in.
 *
 * @see boj/redistore WithAuth
 */
export function withAuth(username: string, password: Password): StoreOption {
  checkText("withAuth", "user name", username);
  checkPassword("withAuth", password);
  return option((settings) => {
    settings.set("withAuth", "username", username);
    settings.set("withAuth", "password", password);
  });
}

/**
 * The password of the default user, or a function that gives it, as in {@link withAuth}.
 *
 * @see boj/redistore WithPassword
 */
export function withPassword(password: Password): StoreOption {
  checkPassword("withPassword", password);
  return option((settings) => settings.set("withPassword", "password", password));
}

/** Connects over TLS, with the options of Node's `tls.connect`. `{}` suffices if Node trusts the server's certificate. */
export function withTLS(options: TLSOptions): StoreOption {
  checkTLS("withTLS", options);
  return option((settings) => settings.set("withTLS", "tls", options));
}

/**
 * The number of the database. Default 0, which `""` means too, as in Go. A Cluster has only database 0.
 *
 * @see boj/redistore WithDB
 */
export function withDB(db: number | string): StoreOption {
  const number = typeof db === "string" && /^\d*$/.test(db) ? Number(db) : db;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0) {
    throw new ConfigError(
      `withDB: ${JSON.stringify(db)} is not a database. It takes a number, 0 or more, also as a string; "" is database 0. ` +
        "An environment variable that may be unset: withDB(process.env.REDIS_DB ?? 0).",
    );
  }
  return option((settings) => settings.set("withDB", "db", number));
}

/**
 * The name that Go's redistore has for {@link withDB} with a number.
 *
 * @see boj/redistore WithDBNum
 */
export function withDBNum(db: number): StoreOption {
  return withDB(db);
}

/**
 * The highest number of connections, in a Cluster to each node. Default 10. One connection carries many requests at once; another
 * is opened only when each has more than 64 commands in flight.
 *
 * @see boj/redistore WithPoolSize
 */
export function withPoolSize(connections: number): StoreOption {
  if (!Number.isInteger(connections) || connections < 1 || connections > 10_000) {
    throw new ConfigError(
      `withPoolSize: ${String(connections)}. It takes a number of connections, 1 or more.`,
    );
  }
  return option((settings) => settings.set("withPoolSize", "poolSize", connections));
}

/**
 * Closes a connection that carried no command for this many seconds; the next command opens another. Default 240, 0 = never.
 *
 * @see boj/redistore WithIdleTimeout
 */
export function withPoolIdleTimeout(seconds: number): StoreOption {
  checkSeconds("withPoolIdleTimeout", seconds);
  return option((settings) => settings.set("withPoolIdleTimeout", "poolIdleTimeout", seconds));
}

/**
 * The name that Go's redistore has for {@link withPoolIdleTimeout}.
 *
 * @deprecated It applies to connections. Idle sessions end by `withMaxAge`.
 * @see boj/redistore WithIdleTimeout
 */
export function withIdleTimeout(seconds: number): StoreOption {
  return withPoolIdleTimeout(seconds);
}

/**
 * How long `createStore` waits for a Redis that is still starting, in seconds, fractions allowed. Default 10. Refused connections, unknown
 * host names and a Redis that is loading its data are tried again until then; a wrong password, missing rights or a replica are
 * refused at once.
 */
export function withConnectTimeout(seconds: number): StoreOption {
  if (!(typeof seconds === "number" && seconds >= 0.01 && seconds <= 600)) {
    throw new ConfigError(
      `withConnectTimeout: ${String(seconds)}. It takes seconds, from 0.01 to 600. Were milliseconds meant?`,
    );
  }
  return option((settings) => settings.set("withConnectTimeout", "connectTimeout", seconds));
}

/** Checks the names of TLS options; Node checks their values. */
export function checkTLS(by: string, options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new ConfigError(
      `${by} takes the options of tls.connect, such as { ca }, or {} for the defaults.`,
    );
  }
  checkOptionNames(by, options, TLS_OPTION_NAMES);
}

function checkPassword(by: string, password: unknown): void {
  if (typeof password !== "function") checkText(by, "password", password);
}

/** The message does not contain the value: it may be a password in the wrong place. */
function checkText(by: string, what: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new ConfigError(
    `${by}: the ${what} is ${value === undefined ? "undefined. Is the environment variable set?" : `of type ${typeof value}. It takes a string.`}`,
  );
}
