// What a session middleware is mounted with: checked where it is mounted, and the same for all requests.
import { ConfigError, type RediStore } from "@redistore/core";
import {
  resolveSessionOptions,
  type Source,
  storeSource,
  type StoreInput,
} from "@redistore/core/web";
import type { ResponseHooks } from "../response/response-hooks.ts";
import { declareHttpLayout, type HttpSessionOptions } from "./open-session.ts";
import { checkTrustProxy } from "./trust-proxy.ts";

/** The options that a middleware can take. */
export interface MiddlewareOptions extends HttpSessionOptions {
  readonly onError?: ResponseHooks["onError"];
}

/** The checked options of one mounted middleware. */
export interface MiddlewareConfig {
  readonly source: Source<RediStore<object>>;
  readonly options: HttpSessionOptions;
  readonly onError: ResponseHooks["onError"];
}

/**
 * Checks what a middleware was given.
 *
 * @param by the name of the function, for messages
 * @param others the names of its options beside `name` and `cookie`
 * @throws ConfigError; if the store is only promised, what is wrong for this store alone is the error of every request
 */
export function middlewareConfig<Data extends object>(
  by: string,
  input: StoreInput<Data>,
  given: string | MiddlewareOptions | undefined,
  others: readonly string[],
): MiddlewareConfig {
  declareHttpLayout();
  const { onError, ...options } = resolveSessionOptions<MiddlewareOptions>(by, given, others);
  checkTrustProxy(by, options.trustProxy);
  if (onError !== undefined && typeof onError !== "function") {
    throw new ConfigError(`${by}: onError is ${typeof onError}. It takes a function.`);
  }
  const source = storeSource(by, input as StoreInput<object>, (store) =>
    store.checkCookie(options.name ?? store.defaultName, options.cookie),
  );
  return { source, options, onError };
}
