// What a framework's adapter has a say in when a session cannot be stored.
import type { HttpRequest, HttpResponse } from "./message.ts";
import { warn } from "./warn.ts";

/** Given to {@link attach}; all of it is optional. One object can serve all responses. */
export interface ResponseHooks {
  /**
   * The sessions could not be stored, and nothing of the response has left: the answer that waited is dropped, and so are the fields that
   * described it. Called at most once for a response. Return true if an error answer will come, now or later, through the
   * same response; otherwise it gets a plain one (503, 409 or 500), and `onError` the error.
   */
  onFailure?(error: unknown, req: HttpRequest, res: HttpResponse): boolean;
  /**
   * An error that changes no answer any more, or that was answered here: log it. The default emits a process warning of the
   * type `RedistoreWarning`, with the stack as its detail.
   */
  onError?(error: unknown, req: HttpRequest, res: HttpResponse): void;
}

/** @internal Whether somebody else answers the error. Hooks that throw do not. */
export function takeOver(
  hooks: ResponseHooks | undefined,
  error: unknown,
  req: HttpRequest,
  res: HttpResponse,
): boolean {
  try {
    return hooks?.onFailure?.(error, req, res) === true;
  } catch (thrown) {
    report(hooks, thrown, req, res);
    return false;
  }
}

/** Where an error goes that changes no answer: to `onError`, or it becomes a process warning. */
export function report(
  hooks: ResponseHooks | undefined,
  error: unknown,
  req: HttpRequest,
  res: HttpResponse,
): void {
  if (hooks?.onError) hooks.onError(error, req, res);
  else warn(error);
}
