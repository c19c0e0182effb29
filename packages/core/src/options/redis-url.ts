// Redis URLs: address, credentials, database and TLS in one string, in the spellings that are about.
import { ConfigError } from "../errors.ts";
import type { Connection, Identity } from "./connection.ts";

const TCP = new Set(["redis:", "rediss:", "valkey:", "valkeys:"]);
const UNIX = new Set(["unix:", "redis+unix:", "redis-socket:", "redis+socket:"]);

const FORMS =
  'such as "redis://user:password@localhost:6379/0", "rediss://..." for TLS, or "unix:///run/redis.sock"';
const ENCODING = 'A "/", "?", "#", "@" or ":" in a password has to be percent-encoded.';

/**
 * Reads a URL. What it holds is never repeated in an error: it is a password, or may be a piece of one.
 *
 * @see gomodule/redigo DialURL
 */
export function parseRedisURL(text: unknown): Connection {
  // As ioredis has it: a bare path is a socket.
  if (typeof text === "string" && text.startsWith("/")) return { kind: "unix", path: text };
  const url = parse(text);
  const details = readDetails(url);
  if (UNIX.has(url.protocol)) {
    if (url.hostname !== "" && url.hostname !== "localhost") {
      throw new ConfigError(
        'withURL: the URL of a socket file has three slashes, as in "unix:///run/redis.sock".',
      );
    }
    return { kind: "unix", path: decode(url.pathname), details };
  }
  if (url.protocol === "rediss:" || url.protocol === "valkeys:") details.tls = {};
  const database = url.pathname.replace(/^\//, "");
  if (database !== "") details.db = readDatabase(database, "path", details.db);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { kind: "tcp", host: host || "localhost", port: Number(url.port || 6379), details };
}

function parse(text: unknown): URL {
  // The URL standard has no credentials without a host; a socket file, and redis-py, have.
  const whole =
    typeof text === "string"
      ? text.replace(/^([a-z+-]+:\/\/[^/?#]*@)(?=[/?#]|$)/i, "$1localhost")
      : "";
  if (URL.canParse(whole)) {
    const url = new URL(whole);
    if (TCP.has(url.protocol) || UNIX.has(url.protocol)) return url;
  }
  const given =
    text === undefined ? "undefined: is the environment variable set?" : "no URL that it knows.";
  throw new ConfigError(`withURL was given ${given} It takes a Redis URL, ${FORMS}. ${ENCODING}`);
}

function readDetails(url: URL): Partial<Identity> {
  const details: Partial<Identity> = {};
  const user = decode(url.username);
  const password = decode(url.password);
  // redis-cli and redigo take a single word before the "@" for the password.
  if (password !== "") details.password = password;
  else if (user !== "") details.password = user;
  if (user !== "" && password !== "") details.username = user;
  for (const [name, value] of url.searchParams) {
    if (name !== "db" && name !== "database") {
      throw new ConfigError(
        `withURL: the URL has a parameter that is not known. It can have "db"; all else is said by options (withTLS, ...). ${ENCODING}`,
      );
    }
    details.db = readDatabase(value, "parameter", details.db);
  }
  return details;
}

function readDatabase(text: string, where: string, earlier: number | undefined): number {
  if (!/^\d{1,5}$/.test(text)) {
    throw new ConfigError(
      `withURL: the ${where} of the URL has to be the number of a database, as in "redis://localhost:6379/0". ${ENCODING}`,
    );
  }
  if (earlier !== undefined && earlier !== Number(text)) {
    throw new ConfigError(
      "withURL: the URL names two databases, in its path and in its parameter. Keep one of them.",
    );
  }
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(
      `withURL: a "%" in the URL is not followed by two hex digits. ${ENCODING} A "%" itself is %25.`,
    );
  }
}
