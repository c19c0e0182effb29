// From promises to the callbacks that express-session calls its store with.
import { inspect } from "node:util";

export type Callback<Result> = (error: unknown, result?: Result) => void;

/**
 * Gives the outcome to `callback`, once, and out of reach of the promise: what a callback throws is its own. Without one, as in
 * `req.session.destroy()`, a failure becomes a process warning and not a crash; whoever awaits the promise has it all the same.
 */
export function answerCallback<Result>(
  work: Promise<Result>,
  callback: Callback<Result> | undefined,
): Promise<Result> {
  const succeed = (result: Result): void => {
    if (callback) process.nextTick(callback, null, result);
  };
  const fail = (error: unknown): void => {
    if (callback) process.nextTick(callback, error);
    else warn(error);
  };
  work.then(succeed, fail);
  return work;
}

function warn(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.emitWarning(`ExpressSessionStore was called without a callback, and failed: ${message}`, {
    type: "RedistoreWarning",
    detail: inspect(error),
  });
}
