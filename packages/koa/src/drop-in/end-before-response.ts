// Makes a response wait until a session has ended that the application destroyed by the store itself.
import { warnOfError } from "@redistore/core/web";
import { attach, type HttpRequest, type HttpResponse, PendingOperations } from "@redistore/http";

/** The part of Koa's context that the store uses. */
export interface StoreContext {
  readonly session?: unknown;
  readonly req?: HttpRequest;
  /** Missing where a WebSocket library runs koa-session. */
  readonly res?: HttpResponse;
  readonly app?: { emit(event: "error", error: unknown, ctx: unknown): unknown };
  onerror?(error: Error): void;
}

/** The response of `ctx` waits for `ending`. If that fails, Koa sends the error response; without a response it is a process warning. */
export function endBeforeResponse(ctx: StoreContext, ending: Promise<void>): void {
  const { req, res } = ctx;
  if (!req || !res) {
    ending.catch(warnOfError);
    return;
  }
  const onError = (error: unknown): void => void ctx.app?.emit("error", error, ctx);
  attach(req, res, {
    onFailure(error) {
      ctx.onerror?.(error as Error);
      return ctx.onerror !== undefined;
    },
    onError,
  });
  void new PendingOperations("koa-session", req, res, onError).add(ending, undefined);
}
