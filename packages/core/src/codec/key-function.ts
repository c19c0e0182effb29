// One call of a function that returns keys: it returns usable keys in time, or it has failed.
import { setTimeout } from "node:timers/promises";
import { ConfigError } from "../errors.ts";
import { checkKeys, type KeyPair } from "./keys.ts";

/** Returns the keys of this moment; the first pair writes. */
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
 * Calls `keyFunction`. Keys that come after 10 seconds are ignored.
 *
 * @throws ConfigError if there are no usable keys. The error of the function is its `cause`; the message does not quote it, because it may
 * contain a key.
 */
export async function fetchKeys(
  keyFunction: KeyFunction,
  sleep: Sleep,
  ref: boolean,
): Promise<readonly KeyPair[]> {
  const settled = new AbortController();
  const timeout = sleep(TIMEOUT_SECONDS, { ref, signal: settled.signal });
  let keys: readonly KeyPair[] | void;
  try {
    keys = await Promise.race([callAsync(keyFunction), timeout]);
  } catch (cause) {
    throw new ConfigError("The function that returns the keys failed; see the cause.", { cause });
  } finally {
    settled.abort();
  }
  if (keys === undefined) {
    throw new ConfigError(
      `The function that returns the keys returned none within ${TIMEOUT_SECONDS} seconds.`,
    );
  }
  checkKeys(keys, " of the function that returns the keys");
  return keys;
}

/** Turns a thrown error into a rejection. */
async function callAsync(keyFunction: KeyFunction): Promise<readonly KeyPair[]> {
  return keyFunction();
}
