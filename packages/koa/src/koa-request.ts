// One ctx of Koa: its ctx.session, and how its errors get to Koa.
import { declareLayout } from "@redistore/core/web";
import { commitSessions, RequestState } from "@redistore/http";
import type { ExtendableContext } from "koa";
import { KoaSessionFacade } from "./session-facade.ts";

/** All copies of this package in a process find the state of a ctx under this key. */
const STATE: unique symbol = Symbol.for("@redistore/koa/request") as never;

type ContextWithState = ExtendableContext & { [STATE]?: KoaRequest };

const SESSION: PropertyDescriptor & ThisType<Required<ContextWithState>> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[STATE].facade?.object;
  },
  set(value: unknown) {
    this[STATE].facade?.assign(value);
  },
};

export class KoaRequest extends RequestState<KoaSessionFacade> {
  readonly #ctx: ExtendableContext;
  /** The error for which Koa has sent the error response. */
  #handled: { readonly error: unknown } | undefined;

  constructor(ctx: ExtendableContext) {
    const { req, res, app, originalUrl: url } = ctx;
    super({ req, res, name: "ctx.session", trustProxy: app.proxy, url });
    this.#ctx = ctx;
    (ctx as ContextWithState)[STATE] = this;
  }

  /** @throws ConfigError if states of another layout are in use in this process */
  static declareLayout(): void {
    declareLayout("@redistore/koa", 1);
  }

  static of(ctx: ExtendableContext): KoaRequest | undefined {
    KoaRequest.declareLayout();
    return (ctx as ContextWithState)[STATE];
  }

  protected show(): void {
    this.facade = new KoaSessionFacade(this);
    Object.defineProperty(this.#ctx, "session", SESSION);
  }

  /**
   * Stores what changed, before Koa responds. Without a response nothing is stored but by a call of `save()`.
   *
   * @param thrown the error of the handler
   */
  async commit(thrown?: unknown): Promise<void> {
    const { req, res, facade } = this;
    if (!res) return;
    try {
      if (facade?.startsAnew) await facade.start();
      await commitSessions(req, res, thrown);
    } catch (error) {
      if (this.#handled?.error !== error) throw error;
    }
  }

  /**
   * A response that had begun was discarded: Koa sends the error response. The middleware cannot throw the error instead, because a handler
   * that sends a response itself (`ctx.respond = false`) often waits for its end, which would never come.
   */
  onFailure(error: unknown): boolean {
    this.#handled = { error };
    this.#ctx.onerror(error as Error);
    return true;
  }

  /** The error can no longer change the response. */
  onError(error: unknown): void {
    this.#ctx.app.emit("error", error, this.#ctx);
  }
}
