// The session of a request: loaded when it is asked for, stored before the response leaves.
import { ConfigError, type RediStore, type Session, type SessionData } from "@redistore/core";
import { attach } from "../adapter/attach.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import { RequestSessions } from "../request-sessions.ts";
import { type SessionOptions, type StoreOrPromise, resolveOptions } from "../session-options.ts";

/**
 * The session of this request under this name: the same object for everybody who asks. What is changed in it is stored, and its cookie
 * sent, by itself: the first byte of the response waits for it. Ask before you answer.
 *
 * gorilla/sessions, Store.Get
 *
 * @param options the cookie name, default `store.defaultName`; or {@link SessionOptions}
 * @throws ConfigError, at once, where something else is given for the store; StoreUnavailableError, as a rejection, where the session cannot be loaded: never an empty one in its place
 */
export function getSession<Data extends object = SessionData>(
  store: StoreOrPromise<Data>,
  req: HttpRequest,
  res: HttpResponse,
  options?: string | SessionOptions,
): Promise<Session<Data>> {
  checkStore("getSession", store);
  attach(req, res);
  return openSession(store, req, options);
}

/** @internal */
export function openSession<Data extends object>(
  store: StoreOrPromise<Data>,
  req: HttpRequest,
  options?: string | SessionOptions,
): Promise<Session<Data>> {
  const resolved = resolveOptions(options);
  const open = (opened: RediStore<Data>): Promise<Session<Data>> =>
    RequestSessions.of(req).get(opened, resolved.name ?? opened.defaultName, resolved);
  return "then" in store ? Promise.resolve(store).then(open) : open(store);
}

/** For adapters: finds out early that something else was given. A promise is believed. @throws ConfigError */
export function checkStore(by: string, store: unknown): void {
  const candidate = store as Partial<RediStore & Promise<unknown>> | null | undefined;
  if (typeof candidate?.load === "function" || typeof candidate?.then === "function") return;
  throw new ConfigError(
    `${by} takes a store first, or the promise of one: ${by}(await createStore(...), ...). It got ${store === null ? "null" : typeof store}.`,
  );
}
