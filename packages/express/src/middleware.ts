// The middleware: req.session before the handlers, and the sessions stored before their answer leaves.
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError, type SessionData } from "@redistore/core";
import {
  checkStore,
  type HttpRequest,
  type ResponseHooks,
  type SessionOptions,
  type StoreOrPromise,
} from "@redistore/http";
import { type Mounted, RequestMount } from "./request-mount.ts";

/** What {@link session} takes beside the store. */
export interface ExpressSessionOptions extends Omit<SessionOptions, "trustProxy"> {
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default: as Express's own setting "trust proxy" says. */
  readonly trustProxy?: SessionOptions["trustProxy"];
  /**
   * Errors that come too late for any answer, and those of methods of `req.session` that nobody waited for: log them. The default
   * emits a process warning of the type `RedistoreWarning`. All others go to Express, by `next(error)`.
   */
  readonly onError?: ResponseHooks["onError"];
}

/** A middleware of Express 4 and 5. */
export type SessionMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Gives every request its `req.session`:
 *
 * ```ts
 * app.use(session(store));
 * app.get("/", (req, res) => {
 *   res.json((req.session.views = (req.session.views ?? 0) + 1));
 * });
 * ```
 *
 * What is changed in it is stored before the first byte of the answer leaves. Where the store cannot load or save, `next(error)` is called,
 * with `error.status` 503 (409 where the session has ended meanwhile), and no other answer leaves.
 *
 * @param store the store, or the promise of one
 * @param options the cookie name, default `store.defaultName`; or {@link ExpressSessionOptions}
 * @throws ConfigError where something else is given for the store
 */
export function session<Data extends object = SessionData>(
  store: StoreOrPromise<Data>,
  options: string | ExpressSessionOptions = {},
): SessionMiddleware {
  checkStore("session", store);
  const { onError, ...given } = typeof options === "string" ? { name: options } : options;
  const mounted: Mounted = {
    store,
    options: { ...given, trustProxy: given.trustProxy ?? isSecure },
    onError,
  };

  return function sessionMiddleware(req, res, next) {
    void open(mounted, req, res, next);
  };
}

async function open(
  mounted: Mounted,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
): Promise<void> {
  try {
    let mount = RequestMount.of(req);
    if (!mount) {
      checkFree(req);
      mount = new RequestMount(req, res, next, mounted.onError);
    }
    await mount.open(mounted);
  } catch (error) {
    return next(error);
  }
  next();
}

/** Express knows, and whom to trust for it: its `req.secure` follows the setting "trust proxy". */
function isSecure(req: HttpRequest): boolean {
  return (req as { secure?: unknown }).secure === true;
}

/** @throws ConfigError */
function checkFree(req: IncomingMessage): void {
  if ((req as { session?: unknown }).session === undefined) return;
  throw new ConfigError(
    "req.session is there already, from another session middleware. Mount one of the two.",
  );
}
