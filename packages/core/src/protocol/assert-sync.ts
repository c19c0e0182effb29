// What a function that is run again and again may not be: asynchronous.
import { types } from "node:util";
import { ConfigError } from "../errors.ts";

/** Gives what the function given to `update` returned. @throws ConfigError where that is a promise */
export function synchronous<Result>(result: Result): Result {
  if (!types.isPromise(result)) return result;
  result.catch(() => undefined); // Whether it fails or not, the call is refused.
  throw new ConfigError(
    "The function given to update() returned a promise. It may run several times and has to be synchronous: await before it, and only change values in it.",
  );
}
