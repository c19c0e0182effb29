// What mounted middlewares know of one request: its session, those under other names, and where its errors go.
import { ConfigError, type RediStore, type Session } from "@redistore/core";
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import { report, type ResponseHooks } from "../response/response-hooks.ts";
import { attach, isSocketUpgrade } from "./attach.ts";
import type { MiddlewareConfig } from "./middleware-config.ts";
import { loadSession, sessionsOf } from "./open-session.ts";
import { PendingOperations } from "./pending-operations.ts";
import type { SessionFacade } from "./session-facade.ts";
import type { Values } from "./session-object.ts";
import type { TrustProxy } from "./trust-proxy.ts";

/** What an adapter tells about a request. */
export interface RequestStateOptions {
  readonly req: HttpRequest;
  /** May be missing, or a stub, where a WebSocket library runs middlewares for an upgrade request. */
  readonly res: HttpResponse | undefined;
  /** What users call the session, for messages: `req.session`. */
  readonly name: string;
  /** Whom to trust for TLS where the middleware was not told. */
  readonly trustProxy: TrustProxy;
  /** The URL that the client asked for, if a router may have changed `req.url`. */
  readonly url?: string | undefined;
}

/** The state of one request. An adapter adds how its framework sends error responses. */
export abstract class RequestState<Facade extends SessionFacade> implements ResponseHooks {
  /** The session object of the first middleware. */
  facade: Facade | undefined;
  readonly req: HttpRequest;
  /** Undefined for a request without a response: nothing waits for its sessions, and no cookie is sent. */
  readonly res: HttpResponse | undefined;
  readonly #name: string;
  readonly #trustProxy: TrustProxy;
  readonly #configs: MiddlewareConfig[] = [];
  #session: Session<Values> | undefined;
  #operations: PendingOperations | undefined;

  constructor({ req, res, name, trustProxy, url }: RequestStateOptions) {
    this.req = req;
    this.res = isResponse(req, res) ? res : undefined;
    this.#name = name;
    this.#trustProxy = trustProxy;
    sessionsOf(req, url);
    if (this.res) attach(req, this.res, this);
  }

  /** The framework sends the error response. Returns false if it does not. */
  abstract onFailure(error: unknown): boolean;

  abstract onError(error: unknown, req: HttpRequest, res: HttpResponse): void;

  /** The session of the first middleware. @throws ConfigError */
  get session(): Session<Values> {
    if (this.#session) return this.#session;
    throw new ConfigError(
      "The session of this request could not be loaded, so there is none. The error went to the framework.",
    );
  }

  get operations(): PendingOperations {
    return (this.#operations ??= new PendingOperations(this.#name, this.req, this.res, (error) =>
      report(this, error, this.req, this.res as HttpResponse),
    ));
  }

  /** Gives the framework its session object: the session of the first middleware is there. Called once. */
  protected abstract show(): void;

  /** Loads the session of a middleware; that of the first one is shown. */
  async open(config: MiddlewareConfig): Promise<void> {
    this.#configs.push(config);
    const session = await this.#load(config);
    if (this.#configs[0] !== config || this.#session) return;
    this.#session = session;
    this.show();
  }

  /** The session under another name: of the middleware that has this name, or else of the first one's store. */
  async named(name: string): Promise<Session<Values>> {
    for (const config of this.#configs) {
      if (name === (config.options.name ?? (await config.source.open()).defaultName)) {
        return this.#load(config);
      }
    }
    const [first] = this.#configs as [MiddlewareConfig];
    return this.#load({ ...first, options: { ...first.options, name } });
  }

  #load(config: MiddlewareConfig): Promise<Session<Values>> {
    const store = config.source.open();
    return "then" in store
      ? store.then((opened) => this.#loadFrom(opened, config))
      : this.#loadFrom(store, config);
  }

  #loadFrom(store: RediStore<object>, { options }: MiddlewareConfig): Promise<Session<Values>> {
    const trustProxy = options.trustProxy ?? this.#trustProxy;
    return loadSession(store as RediStore<Values>, this.req, options, trustProxy);
  }
}

/** Whether a response can carry cookies. */
function isResponse(req: HttpRequest, res: HttpResponse | undefined): res is HttpResponse {
  return typeof res?.getHeaderNames === "function" && !isSocketUpgrade(req, res);
}
