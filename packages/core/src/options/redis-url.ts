// Parses Redis URLs: address, login, database and TLS in one string, in the forms that other libraries accept.
import { ConfigError } from "../errors.ts";
import type { ConnectionSetting, Identity } from "./connection.ts";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const TCP = new Set(["redis:", "rediss:", "valkey:", "valkeys:"]);
const UNIX = new Set(["unix:", "redis+unix:", "redis-socket:", "redis+socket:"]);

const FORMS =
  'such as "redis://user:password@localhost:6379/0", "rediss://..." for TLS, or "unix:///run/redis.sock"';
const ENCODING = 'A "/", "?", "#", "@" or ":" in a password must be percent-encoded.';

/**
 * Parses a URL. Errors never repeat parts of it, because any part may belong to a password.
 *
 * @see gomodule/redigo DialURL
 */
export function parseRedisURL(text: unknown): ConnectionSetting {
  // As in ioredis, a bare path is a socket file.
  if (typeof text === "string" && text.startsWith("/")) return { kind: "unix", path: text };
  const url = parse(text);
  const identity = parseIdentity(url);
  if (UNIX.has(url.protocol)) {
    if (url.hostname !== "" && url.hostname !== "localhost") {
      throw new ConfigError(
        'withURL: the URL of a socket file has three slashes, as in "unix:///run/redis.sock".',
      );
    }
    return { kind: "unix", path: decode(url.pathname), identity };
  }
  if (url.protocol === "rediss:" || url.protocol === "valkeys:") identity.tls = {};
  const database = url.pathname.replace(/^\//, "");
  if (database !== "") identity.db = parseDatabase(database, "path", identity.db);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { kind: "tcp", host: host || "localhost", port: Number(url.port || 6379), identity };
}

function parse(text: unknown): URL {
  // The URL standard allows no credentials without a host. URLs of socket files, and redis-py, do.
  const whole =
    typeof text === "string"
      ? text.replace(/^([a-z+-]+:\/\/[^/?#]*@)(?=[/?#]|$)/i, "$1localhost")
      : "";
  if (URL.canParse(whole)) {
    const url = new URL(whole);
    if (TCP.has(url.protocol) || UNIX.has(url.protocol)) return url;
  }
  const problem =
    text === undefined
      ? "was given undefined: is the environment variable set?"
      : "does not recognize the URL.";
  throw new ConfigError(`withURL ${problem} It takes a Redis URL, ${FORMS}. ${ENCODING}`);
}

function parseIdentity(url: URL): Writable<Identity> {
  const identity: Writable<Identity> = {};
  const user = decode(url.username);
  const password = decode(url.password);
  // redis-cli and redigo treat a single word before the "@" as the password.
  if (password !== "") identity.password = password;
  else if (user !== "") identity.password = user;
  if (user !== "" && password !== "") identity.username = user;
  for (const [name, value] of url.searchParams) {
    if (name === "family") {
      throw new ConfigError(
        'withURL: remove the parameter "family" from the URL. Addresses of both families, IPv4 and IPv6, are tried anyway.',
      );
    }
    if (name !== "db" && name !== "database") {
      throw new ConfigError(
        `withURL: the URL has an unknown parameter. It can have "db"; use options (withTLS, ...) for everything else. ${ENCODING}`,
      );
    }
    identity.db = parseDatabase(value, "parameter", identity.db);
  }
  return identity;
}

function parseDatabase(text: string, part: string, earlier: number | undefined): number {
  if (!/^\d{1,5}$/.test(text)) {
    throw new ConfigError(
      `withURL: the ${part} of the URL must be the number of a database, as in "redis://localhost:6379/0". ${ENCODING}`,
    );
  }
  if (earlier !== undefined && earlier !== Number(text)) {
    throw new ConfigError(
      "withURL: the URL names two databases, in its path and in a parameter. Keep one of them.",
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
