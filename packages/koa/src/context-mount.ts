// What the mounted middlewares keep for one ctx: its ctx.session, and the way back into Koa for errors.
import { ConfigError, type Session } from "@redistore/core";
import {
  attach,
  commitSessions,
  getSession,
  type ResponseHooks,
  type SessionOptions,
  type StoreOrPromise,
} from "@redistore/http";
import type { ExtendableContext } from "koa";
import { HostSession, type Values } from "./session-facade.ts";

/** @internal A middleware, the same for all requests. */
export interface Mounted {
  readonly store: StoreOrPromise<Values>;
  readonly options: SessionOptions;
  /** The same where Koa trusts its proxy (`app.proxy`). */
  readonly behindProxy: SessionOptions;
}

/** The key of a property of ctx, for all copies of this package in a process. */
const MOUNT: unique symbol = Symbol.for("@redistore/koa/mount/1") as never;

type MountedContext = ExtendableContext & { [MOUNT]?: ContextMount };

const SESSION: PropertyDescriptor & ThisType<Required<MountedContext>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[MOUNT].host?.object;
  },
  set(value: unknown) {
    this[MOUNT].host?.assign(value);
  },
};

/** @internal What is mounted for one ctx. The session of the first middleware is `ctx.session`. */
export class ContextMount implements ResponseHooks {
  host: HostSession | undefined;
  readonly #ctx: ExtendableContext;
  readonly #mounted: Mounted[] = [];
  /** Koa has given its answer to it. */
  #answered: { readonly error: unknown } | undefined;

  constructor(ctx: ExtendableContext) {
    this.#ctx = ctx;
    (ctx as MountedContext)[MOUNT] = this;
    attach(ctx.req, ctx.res, this);
  }

  static of(ctx: ExtendableContext): ContextMount | undefined {
    return (ctx as MountedContext)[MOUNT];
  }

  get session(): Session<Values> {
    if (this.host) return this.host.session;
    throw new ConfigError("The session of this request could not be loaded, so there is none.");
  }

  /** Loads the session of a middleware. */
  load(mounted: Mounted): Promise<Session<Values>> {
    this.#mounted.push(mounted);
    return this.#load(mounted.store, this.#optionsOf(mounted));
  }

  /** The session of the first middleware becomes `ctx.session`. */
  show(session: Session<Values>, mounted: Mounted): void {
    if (this.#mounted[0] !== mounted || this.host) return;
    this.host = new HostSession(session);
    Object.defineProperty(this.#ctx, "session", SESSION);
  }

  /** The session under another name: of the middleware that has it, or else of the first one's store. */
  async named(name: string): Promise<Session<Values>> {
    for (const mounted of this.#mounted) {
      const { store } = mounted;
      const options = this.#optionsOf(mounted);
      if (name === (options.name ?? (await store).defaultName)) return this.#load(store, options);
    }
    const [first] = this.#mounted as [Mounted];
    return this.#load(first.store, { ...this.#optionsOf(first), name });
  }

  /** Stores what changed, before Koa answers. */
  commit(): Promise<void> {
    const { req, res } = this.#ctx;
    const { host } = this;
    const stored = host?.beginsAnew
      ? host.begin().then(() => commitSessions(req, res))
      : commitSessions(req, res);
    return stored.catch((error: unknown) => {
      if (this.#answered?.error !== error) throw error;
    });
  }

  /**
   * The session could not be stored, and an answer that had begun was dropped: Koa answers the error. Not the middleware, by throwing it: a
   * handler that has begun an answer itself (`ctx.respond = false`) often waits for its end, which would never come.
   */
  onFailure(error: unknown): boolean {
    this.#answered = { error };
    this.#ctx.onerror(error as Error);
    return true;
  }

  /** It is too late for any answer. */
  onError(error: unknown): void {
    this.#ctx.app.emit("error", error, this.#ctx);
  }

  #optionsOf({ options, behindProxy }: Mounted): SessionOptions {
    return this.#ctx.app.proxy ? behindProxy : options;
  }

  #load(store: Mounted["store"], options: SessionOptions): Promise<Session<Values>> {
    const { req, res } = this.#ctx;
    return getSession(store, req, res, options);
  }
}
