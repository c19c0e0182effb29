// What the mounted middlewares keep for one request: its req.session, and the way back into Express for errors.
import { ConfigError, type Session } from "@redistore/core";
import {
  attach,
  commitSessions,
  getSession,
  type HttpRequest,
  type HttpResponse,
  readSession,
  report,
  type ResponseHooks,
  type SessionOptions,
  type StoreOrPromise,
} from "@redistore/http";
import { HostSession, type SessionHome, type Values } from "./session-facade.ts";
import { Operations } from "./pending-operations.ts";

/** @internal A middleware, the same for all requests. */
export interface Mounted {
  readonly store: StoreOrPromise<Values>;
  readonly options: SessionOptions;
  readonly onError: ResponseHooks["onError"];
}

/** The key of a property of the request, for all copies of this package in a process. */
const MOUNT: unique symbol = Symbol.for("@redistore/express/mount/1") as never;

type MountedRequest = HttpRequest & { [MOUNT]?: RequestMount };

const SESSION: PropertyDescriptor & ThisType<Required<MountedRequest>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[MOUNT].current?.object;
  },
  set(value: unknown) {
    this[MOUNT].assign(value);
  },
};
const SESSION_ID: PropertyDescriptor & ThisType<Required<MountedRequest>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[MOUNT].session.id;
  },
};

/** @internal What is mounted for one request. The session of the first middleware is `req.session`. */
export class RequestMount implements SessionHome, ResponseHooks {
  current: HostSession | undefined;
  readonly onError?: NonNullable<ResponseHooks["onError"]>;
  readonly #req: HttpRequest;
  readonly #res: HttpResponse;
  readonly #next: (error: unknown) => void;
  readonly #mounted: Mounted[] = [];
  /** Whether the request is a WebSocket's upgrade, for which engine.io (Socket.IO) has a response that is none: no cookie leaves by it. */
  readonly #isUpgrade: boolean;
  #session: Session<Values> | undefined;
  #operations: Operations | undefined;
  /** The data were looked at after the answer had ended. */
  #late = false;

  constructor(
    req: HttpRequest,
    res: HttpResponse,
    next: (error: unknown) => void,
    onError: ResponseHooks["onError"],
  ) {
    this.#req = req;
    this.#res = res;
    this.#next = next;
    if (onError) this.onError = onError;
    this.#isUpgrade = typeof res.getHeaderNames !== "function";
    if (!this.#isUpgrade) attach(req, res, this);
    (req as MountedRequest)[MOUNT] = this;
  }

  static of(req: HttpRequest): RequestMount | undefined {
    return (req as MountedRequest)[MOUNT];
  }

  get session(): Session<Values> {
    if (this.#session) return this.#session;
    throw new ConfigError(
      "The session of this request could not be loaded, so there is none. The error went to next().",
    );
  }

  get operations(): Operations {
    const [req, res] = [this.#req, this.#res];
    return (this.#operations ??= new Operations(req, res, (error) =>
      report(this, error, req, res),
    ));
  }

  /** Loads the session of a middleware; the first one becomes `req.session`. */
  async open(mounted: Mounted): Promise<void> {
    this.#mounted.push(mounted);
    const session = await this.#load(mounted);
    if (this.#mounted[0] !== mounted || this.#session) return;
    this.#session = session;
    this.current = new HostSession(this);
    Object.defineProperty(this.#req, "session", SESSION);
    Object.defineProperty(this.#req, "sessionID", SESSION_ID);
  }

  /** The session under another name: of the middleware that has it, or else of the first one's store. */
  async named(name: string): Promise<Session<Values>> {
    for (const mounted of this.#mounted) {
      const { store, options } = mounted;
      if (name === (options.name ?? (await store).defaultName)) return this.#load(mounted);
    }
    const [{ store, options }] = this.#mounted as [Mounted];
    return this.#load({ store, options: { ...options, name } });
  }

  /** `req.session = value`: null ends the session with the response, as elsewhere; nothing else can take its place. */
  assign(value: unknown): void {
    if (value === this.current?.object) return;
    if (value !== null && value !== undefined) {
      throw new ConfigError(
        "req.session cannot be replaced by another object. Set its properties, or begin anew with req.session.regenerate(); null ends it.",
      );
    }
    this.current?.leave();
    this.session.options.maxAge = -1;
  }

  /**
   * The session could not be stored, and the response was discarded: Express sends the error response. Other hosts of Express middleware
   * may not take a second call of `next`: @fastify/middie has reused the object behind it for another request by now.
   */
  onFailure(error: unknown): boolean {
    if (!isExpress(this.#req)) return false;
    this.#next(error);
    return true;
  }

  /** Express does not tell when a handler is done. What it changes after its answer has ended is found when it looks at the data. */
  visited(): void {
    if (!this.#res.finished || this.#late) return;
    this.#late = true;
    setImmediate(() => {
      this.#late = false;
      // It reports what cannot be stored, and rejects with what was answered already.
      commitSessions(this.#req, this.#res).catch(() => {});
    });
  }

  #load({ store, options }: Pick<Mounted, "store" | "options">): Promise<Session<Values>> {
    return this.#isUpgrade
      ? readSession(store, this.#req, options)
      : getSession(store, this.#req, this.#res, options);
  }
}

/** Express and its router set `req.next`; the application adds itself as `req.app`. */
function isExpress(req: HttpRequest): boolean {
  const { app, next } = req as { app?: unknown; next?: unknown };
  return typeof app === "function" && typeof next === "function";
}
