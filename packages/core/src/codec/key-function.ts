// One question to a function that gives keys: it answers in time with keys that can be used, or it has failed.
import { setTimeout } from "node:timers/promises";
import { ConfigError } from "../errors.ts";
import { checkKeys, type KeyPair } from "./keys.ts";

/** Gives the keys there are now; the first pair writes. */
export type KeyFunction = () => readonly KeyPair[] | Promise<readonly KeyPair[]>;

/** Resolves after so many seconds; rejects when `signal` is aborted. `ref: false` does not keep the process running. */
export type Sleep = (
  seconds: number,
  options: { readonly ref: boolean; readonly signal: AbortSignal },
) => Promise<void>;

const TIMEOUT_SECONDS = 10;

/** {@link Sleep} by a timer. */
export const systemSleep: Sleep = (seconds, options) =>
  setTimeout(seconds * 1000, undefined, options);

/**
 * What `keyFunction` answers. An answer after 10 seconds comes too late and is dropped.
 *
 * @throws ConfigError whatever went wrong. The function's own error is its `cause`, and not in the message: it may quote a key.
 */
export async function askForKeys(
  keyFunction: KeyFunction,
  sleep: Sleep,
  ref: boolean,
): Promise<readonly KeyPair[]> {
  const answered = new AbortController();
  const tooLate = sleep(TIMEOUT_SECONDS, { ref, signal: answered.signal });
  let keys: readonly KeyPair[] | void;
  try {
    keys = await Promise.race([call(keyFunction), tooLate]);
  } catch (cause) {
    throw new ConfigError("The function that gives the keys failed; see the cause.", { cause });
  } finally {
    answered.abort();
  }
  if (keys === undefined) {
    throw new ConfigError(
      `The function that gives the keys gave none within ${TIMEOUT_SECONDS} seconds.`,
    );
  }
  checkKeys(keys);
  return keys;
}

/** Turns what is thrown into a rejection. */
async function call(keyFunction: KeyFunction): Promise<readonly KeyPair[]> {
  return keyFunction();
}
