// The response to a request of koa-session: it waits for sessions that end, and keeps the cookie of one that was stored under a new key.
import { HeadersSentError } from "@redistore/core";
import { warnOfError } from "@redistore/core/web";
import {
  attach,
  canSendCookies,
  type HttpRequest,
  type HttpResponse,
  joinSession,
  PendingOperations,
} from "@redistore/http";

/** The part of koa-session's options that the store uses. */
interface SessionOptions {
  /** The name of the cookie. */
  readonly key: string;
  /** Takes the cookie's place. */
  readonly externalKey?: unknown;
  readonly secure?: boolean | undefined;
}

/** The part of Koa's context that the store uses. */
export interface StoreContext {
  readonly session?: unknown;
  /** Whether the request came over HTTPS, as far as Koa trusts its proxy. */
  readonly secure?: boolean;
  readonly req?: HttpRequest;
  /** Missing where a WebSocket library runs koa-session. */
  readonly res?: HttpResponse;
  readonly app?: { emit(event: "error", error: unknown, ctx: unknown): unknown };
  /** Those of the request: koa-session changes them with `ctx.session.maxAge`. */
  readonly sessionOptions?: SessionOptions;
  readonly cookies?: { set(name: string, value: string, options: object): unknown };
  onerror?(error: Error): void;
}

/** @throws HeadersSentError if koa-session can no longer tell the browser a new key */
export function assertCookieCanBeSent({ req, res }: StoreContext): void {
  if (req && !canSendCookies(req, res)) throw new HeadersSentError(HEADERS_SENT);
}

/** Whether Koa will refuse the cookie of a new session after it is stored: no cookie would lead to the record. */
export function isCookieRefused({ secure, sessionOptions: options }: StoreContext): boolean {
  if (secure !== false || !options || options.externalKey) return false;
  return options.secure === true;
}

/** The response of `ctx` waits for `ending`. If that fails, Koa sends the error response; without a response it is a process warning. */
export function endBeforeResponse(ctx: StoreContext, ending: Promise<void>): void {
  const { req, res } = ctx;
  if (!req || !res) {
    ending.catch(warnOfError);
    return;
  }
  attachResponse(ctx, req, res);
  const onError = (error: unknown): void => reportError(ctx, error);
  void new PendingOperations("koa-session", req, res, onError).add(ending, undefined);
}

/**
 * Koa drops all headers for an error response, and with them the only cookie that has the key of a session that was stored under a new one:
 * it is set again then. `newKey` returns that key while its session is live.
 */
export function keepCookieWithErrors(ctx: StoreContext, newKey: () => string | undefined): void {
  const { req, res } = ctx;
  if (!req || !res) return;
  attachResponse(ctx, req, res);
  joinSession(req, {
    name: "koa-session",
    needsSave: () => false,
    save: async () => {},
    restoreCookie: () => restoreCookie(ctx, res, newKey()),
  });
}

function restoreCookie(ctx: StoreContext, res: HttpResponse, newKey: string | undefined): void {
  const { sessionOptions: options, cookies } = ctx;
  if (newKey === undefined || !options || options.externalKey) return;
  const lines = [res.getHeader("set-cookie") ?? []].flat().map(String);
  if (lines.some((line) => line.startsWith(`${options.key}=`))) return;
  try {
    cookies?.set(options.key, newKey, options);
  } catch (error) {
    // koa-session has met this error, too: it is why Koa sends an error response.
    if (!isSecureCookieRefused(error)) reportError(ctx, error);
  }
}

/** Whether Koa's `cookies` refused a secure cookie over plain HTTP. Its error has no code. */
function isSecureCookieRefused(error: unknown): boolean {
  return String(error).includes("Cannot send secure cookie");
}

function attachResponse(ctx: StoreContext, req: HttpRequest, res: HttpResponse): void {
  attach(req, res, {
    onFailure(error) {
      ctx.onerror?.(error as Error);
      return ctx.onerror !== undefined;
    },
    onError: (error) => reportError(ctx, error),
  });
}

function reportError(ctx: StoreContext, error: unknown): void {
  ctx.app?.emit("error", error, ctx);
}

const HEADERS_SENT =
  "A session of koa-session that has no key in the browser needs a cookie, and none can be sent any more: the response has begun, or the request has none (a WebSocket). Nothing was stored. Begin or regenerate the session before the first byte of an ordinary response.";
