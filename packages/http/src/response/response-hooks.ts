// What a framework's adapter decides when a session cannot be stored, and where errors go that change no response.
import { warnOfError } from "@redistore/core/web";
import type { HttpRequest, HttpResponse } from "./message.ts";

/** Given to {@link attach}; both are optional. One object can serve all responses. */
export interface ResponseHooks {
  /**
   * The sessions could not be stored, and nothing of the response was sent. The buffered response is discarded, and so are the headers that
   * described it. Called at most once for a response. Return true if your framework sends the error response, now or later, through
   * the same `res`. Otherwise the client gets the status text (503, 409 or 500), and `onError` gets the error.
   */
  onFailure?(error: unknown, req: HttpRequest, res: HttpResponse): boolean;
  /**
   * An error that can no longer change the response, or for which this package sent the error response: log it. The default emits a process
   * warning of the type `RedistoreWarning`, with the stack as its detail.
   */
  onError?(error: unknown, req: HttpRequest, res: HttpResponse): void;
}

/** True if the framework sends the error response. A hook that throws does not. */
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

/** Gives an error that changes no response to `onError`, or else emits it as a process warning. */
export function report(
  hooks: ResponseHooks | undefined,
  error: unknown,
  req: HttpRequest,
  res: HttpResponse,
): void {
  if (hooks?.onError) hooks.onError(error, req, res);
  else warnOfError(error);
}
