// The sessions of a request of node:http, and the options with which one is opened.
import type { RediStore, Session } from "@redistore/core";
import {
  declareLayout,
  openStore,
  RequestSessions,
  resolveSessionOptions,
  type SessionOptions,
  type StoreInput,
} from "@redistore/core/web";
import type { HttpRequest } from "../response/message.ts";
import { checkTrustProxy, isSecure, type TrustProxy } from "./trust-proxy.ts";

/** Which session of the store is asked for, and whom to trust for TLS. A string in place of this object is the name. */
export interface HttpSessionOptions extends Omit<SessionOptions, "rolling"> {
  /**
   * Whether the request keeps the session alive, where the store has `withRolling`: false for a page that polls, or a function that tells by the
   * request. Default true.
   */
  readonly rolling?: boolean | ((req: HttpRequest) => boolean) | undefined;
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default false. */
  readonly trustProxy?: TrustProxy | undefined;
}

/**
 * All copies of this package in a process find the sessions of a request under this key. It is a property, because a WeakMap costs a request
 * more than the rest of an unchanged session's response.
 */
const SESSIONS: unique symbol = Symbol.for("@redistore/http/request-sessions") as never;

/** @throws ConfigError if request sessions or response gates of another layout are in use in this process */
export function declareHttpLayout(): void {
  declareLayout("@redistore/http", 1);
}

/** The sessions of a request. `url` is the request's URL if a router has changed `req.url`. */
export function sessionsOf(req: HttpRequest, url?: string): RequestSessions {
  declareHttpLayout();
  const known = req as HttpRequest & { [SESSIONS]?: RequestSessions };
  return (known[SESSIONS] ??= new RequestSessions({
    cookieHeader: req.headers.cookie,
    path: pathOf(url ?? (req as { originalUrl?: string }).originalUrl ?? req.url),
    isSecure: () => isSecure(req),
  }));
}

/** Loads a session for a function that was called for one request. @throws ConfigError, at once, if store or options are wrong */
export function openSession<Data extends object>(
  by: string,
  input: StoreInput<Data>,
  req: HttpRequest,
  given: string | HttpSessionOptions | undefined,
): Promise<Session<Data>> {
  const store = openStore(by, input);
  const options = checkedOptions(by, given);
  return "then" in store
    ? store.then((opened) => loadSession(opened, req, options))
    : loadSession(store, req, options);
}

/** Loads a session with options that were checked. */
export function loadSession<Data extends object>(
  store: RediStore<Data>,
  req: HttpRequest,
  options: HttpSessionOptions,
  trustProxy: TrustProxy | undefined = options.trustProxy,
): Promise<Session<Data>> {
  const isSecureByProxy = trustProxy === undefined ? undefined : () => isSecure(req, trustProxy);
  const { name, cookie, rolling } = options;
  const isActivity = typeof rolling === "function" ? rolling(req) : rolling;
  return sessionsOf(req).get(store, { name, cookie, rolling: isActivity }, isSecureByProxy);
}

const checked = new WeakSet<object>();

/** The options as an object, checked once for each object. */
function checkedOptions(
  by: string,
  given: string | HttpSessionOptions | undefined,
): HttpSessionOptions {
  if (typeof given === "object" && given !== null && checked.has(given)) return given;
  const options = resolveSessionOptions<HttpSessionOptions>(by, given, ["trustProxy"]);
  checkTrustProxy(by, options.trustProxy);
  checked.add(options);
  return options;
}

/** The path of a request target; undefined for one in another form than a path (RFC 9112, section 3.2). */
function pathOf(url: string | undefined): string | undefined {
  if (!url?.startsWith("/")) return undefined;
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}
