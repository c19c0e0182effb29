// Events and traces over node:diagnostics_channel. They cost nothing while a channel has no subscribers, and contain no id.
import { createHash } from "node:crypto";
import { channel, tracingChannel } from "node:diagnostics_channel";

/** The operations that are traced, each on the tracing channel `redistore:<operation>` (start, end, asyncStart, asyncEnd, error). */
export type Operation = "load" | "save" | "destroy" | "regenerate";

/** The message of the tracing channels. */
export interface OperationContext {
  /** The public id of the session; empty if nothing is stored yet. */
  readonly publicId: string;
  /**
   * Set when the operation is done. `load`: the state of the record. `save`: whether anything was stored. `destroy`: whether
   * anything ended. `regenerate`: the new public id.
   */
  readonly result?: string | boolean;
}

/** An event of one session. */
export interface SessionEvent {
  readonly publicId: string;
  /** Undefined if it belongs to none. */
  readonly principal: string | undefined;
}

/** The events, by name, with the message that the channel `redistore:<event>` publishes. */
export interface Events {
  /**
   * A cookie was not accepted; or, as `"undecipherable"`, a stored session: `withEncryptedValues` did not encrypt it with these keys for
   * this id.
   */
  rejected:
    | { readonly name: string; readonly reason: "expired" | "tampered" | "malformed" | "gone" }
    | { readonly publicId: string; readonly reason: "undecipherable" };
  /** A session was stored for the first time. */
  created: SessionEvent;
  /** A session got a new id by a call of `regenerate`; `login` is true if that named the principal. */
  regenerated: SessionEvent & { readonly login: boolean };
  /** A session got a new id with a grace period, by `withRenewal` or by a call of `regenerate`. */
  renewed: SessionEvent;
  /**
   * A session was ended: by its own `"logout"`, from elsewhere by `store.principal` or `records.destroy` (`"elsewhere"`), or by the limit of
   * `withMaxSessionsPerPrincipal` (`"limit"`). Of one that `records.destroy` ended, the principal is not known.
   */
  destroyed: SessionEvent & { readonly by: "logout" | "elsewhere" | "limit" };
  /** Another request has changed the session since it was loaded. The save merges or fails. */
  conflict: { readonly publicId: string };
  /** A session had ended before a request could store its changes. Nothing was stored. */
  gone: { readonly publicId: string };
  /** A session was loaded after its `withAbsoluteTimeout`: the request gets a new one. */
  expired: SessionEvent;
  /**
   * The id of a session was used that it had before its last renewal, after the grace period. The request got none of the session. The id may have
   * been stolen, by the one who used it now or by the one who caused the renewal: end the session, or ask for the password.
   */
  reused: SessionEvent;
  /** A session was ended because its principal had reached `withMaxSessionsPerPrincipal`. */
  capped: { readonly publicId: string; readonly principal: string };
  /**
   * An older pair of keys made a cookie that was accepted, or encrypted a session that was read; `keyIndex` is the position of the pair.
   * Without such events the pair can be removed.
   */
  "old-key":
    | { readonly name: string; readonly keyIndex: number }
    | { readonly publicId: string; readonly keyIndex: number };
  /**
   * A request had several valid cookies of one name, with different ids: two stores with the same keys and cookie name set theirs for other
   * paths or domains, or the cookie's own path or domain has changed. The first one with a live session counts.
   */
  ambiguous: { readonly name: string; readonly cookies: number };
  /** The function that returns the keys failed. The last keys are still in use. */
  "keys-failed": { readonly error: unknown };
}

const operations = {
  load: tracingChannel<OperationContext, OperationContext>("redistore:load"),
  save: tracingChannel<OperationContext, OperationContext>("redistore:save"),
  destroy: tracingChannel<OperationContext, OperationContext>("redistore:destroy"),
  regenerate: tracingChannel<OperationContext, OperationContext>("redistore:regenerate"),
};

const events = {
  created: channel("redistore:created"),
  regenerated: channel("redistore:regenerated"),
  renewed: channel("redistore:renewed"),
  destroyed: channel("redistore:destroyed"),
  rejected: channel("redistore:rejected"),
  conflict: channel("redistore:conflict"),
  gone: channel("redistore:gone"),
  expired: channel("redistore:expired"),
  reused: channel("redistore:reused"),
  capped: channel("redistore:capped"),
  "old-key": channel("redistore:old-key"),
  ambiguous: channel("redistore:ambiguous"),
  "keys-failed": channel("redistore:keys-failed"),
};

/**
 * Runs an operation, traced if the channel has subscribers.
 *
 * @param summarize makes what subscribers get in place of the result, which may contain an id
 */
export function trace<Result>(
  operation: Operation,
  publicId: () => string,
  run: () => Promise<Result>,
  summarize: (result: Result) => string | boolean,
): Promise<Result> {
  return operations[operation].hasSubscribers
    ? traceSubscribed(operation, publicId(), run, summarize)
    : run();
}

async function traceSubscribed<Result>(
  operation: Operation,
  publicId: string,
  run: () => Promise<Result>,
  summarize: (result: Result) => string | boolean,
): Promise<Result> {
  let result!: Result;
  const summarized = async (): Promise<string | boolean> => summarize((result = await run()));
  await operations[operation].tracePromise(summarized, { publicId });
  return result;
}

/** Publishes an event. `message` is called only if the channel has subscribers. */
export function publish<Name extends keyof Events>(event: Name, message: () => Events[Name]): void {
  if (events[event].hasSubscribers) events[event].publish(message());
}

/** One event of any kind, with its name. */
export type StoreEvent = {
  [Name in keyof Events]: { readonly event: Name } & Events[Name];
}[keyof Events];

/**
 * Calls `listener` with the events of all stores in this process, for code that does not want to subscribe to each channel. What it throws is an
 * uncaught exception, as for every subscriber of a channel. Returns a function that ends it.
 *
 * ```ts
 * const stop = onEvent(({ event, ...details }) => logger.info(details, `session ${event}`));
 * ```
 */
export function onEvent(listener: (event: StoreEvent) => void): () => void {
  const names = Object.keys(events) as (keyof Events)[];
  const subscriptions = names.map((event) => {
    const listen = (message: unknown): void =>
      listener({ event, ...(message as Events[typeof event]) } as StoreEvent);
    events[event].subscribe(listen);
    return (): unknown => events[event].unsubscribe(listen);
  });
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

/** The public id of a session: safe to show and to log, because no session can be loaded with it. Empty for an empty id. */
export function publicIdOf(id: string): string {
  if (id === "") return "";
  return createHash("sha256")
    .update("redistore public id\0")
    .update(id)
    .digest("base64url")
    .slice(0, 22);
}
