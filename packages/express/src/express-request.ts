// One request of Express: its req.session, and how its errors get to Express.
import { ConfigError } from "@redistore/core";
import { declareLayout, failureResponse } from "@redistore/core/web";
import {
  commitSessions,
  type HttpRequest,
  type HttpResponse,
  report,
  RequestState,
  type ResponseHooks,
} from "@redistore/http";
import { ExpressSessionFacade } from "./session-facade.ts";

/** All copies of this package in a process find the state of a request under this key. */
const STATE: unique symbol = Symbol.for("@redistore/express/request") as never;

type RequestWithState = HttpRequest & { [STATE]?: ExpressRequest };

const SESSION: PropertyDescriptor & ThisType<Required<RequestWithState>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[STATE].facade?.object;
  },
  set(value: unknown) {
    this[STATE].assign(value);
  },
};
const SESSION_ID: PropertyDescriptor & ThisType<Required<RequestWithState>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[STATE].session.id;
  },
};

export class ExpressRequest extends RequestState<ExpressSessionFacade> {
  readonly #next: (error: unknown) => void;
  readonly #onError: ResponseHooks["onError"];
  /** A check for changes after the end of the response is scheduled. */
  #checking = false;

  constructor(
    req: HttpRequest,
    res: HttpResponse,
    next: (error: unknown) => void,
    onError: ResponseHooks["onError"],
  ) {
    super({ req, res, name: "req.session", trustProxy: isSecure });
    this.#next = next;
    this.#onError = onError;
    (req as RequestWithState)[STATE] = this;
  }

  /** @throws ConfigError if states of another layout are in use in this process */
  static declareLayout(): void {
    declareLayout("@redistore/express", 1);
  }

  static of(req: HttpRequest): ExpressRequest | undefined {
    ExpressRequest.declareLayout();
    return (req as RequestWithState)[STATE];
  }

  protected show(): void {
    this.facade = new ExpressSessionFacade(this);
    Object.defineProperty(this.req, "session", SESSION);
    Object.defineProperty(this.req, "sessionID", SESSION_ID);
  }

  /** `req.session = value`: null ends the session with the response, as in express-session. */
  assign(value: unknown): void {
    if (value === this.facade?.object) return;
    if (value !== null && value !== undefined) {
      throw new ConfigError(
        "req.session cannot be replaced by another object. Set its properties, or begin anew with req.session.regenerate(); null ends it.",
      );
    }
    this.facade?.replaceBy(undefined);
    this.session.options.maxAge = -1;
  }

  /**
   * Express sends the error response. Other hosts of Express middleware may not take a second call of `next`: @fastify/middie has reused the
   * object behind it for another request by now.
   */
  onFailure(error: unknown): boolean {
    if (!isExpress(this.req)) return false;
    this.fail(error, this.#next);
    return true;
  }

  /** Gives an error to Express, and its Retry-After to the response: Nest and many error handlers send nothing of an error but its status. */
  fail(error: unknown, next: (error: unknown) => void): void {
    const { res } = this;
    if (res && !res.headersSent) {
      const { headers } = failureResponse(error);
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    }
    next(error);
  }

  onError(error: unknown, req: HttpRequest, res: HttpResponse): void {
    report(this.#onError && { onError: this.#onError }, error, req, res);
  }

  /**
   * The data were read, perhaps to be changed. Express does not tell when a handler is done, so changes after the end of the response are
   * looked for when the data are read.
   */
  noteAccess(): void {
    const { req, res } = this;
    if (!res?.finished || this.#checking) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      // It reports what cannot be stored. It rejects with errors for which the client got a response.
      commitSessions(req, res).catch(() => {});
    });
  }
}

/** `req.secure` of Express follows its setting "trust proxy". */
function isSecure(req: HttpRequest): boolean {
  return (req as { secure?: unknown }).secure === true;
}

/** Express and its router set `req.next`; the application adds itself as `req.app`. */
function isExpress(req: HttpRequest): boolean {
  const { app, next } = req as { app?: unknown; next?: unknown };
  return typeof app === "function" && typeof next === "function";
}
