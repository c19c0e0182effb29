// What the store tells observers, over node:diagnostics_channel; nothing is computed for it while nobody listens.
import { createHash } from "node:crypto";
import { channel, tracingChannel } from "node:diagnostics_channel";

/** Operations of the store, each a tracing channel `redistore:<operation>` (start, end, asyncStart, asyncEnd, error). */
export type Operation = "load" | "save" | "destroy" | "regenerate";

/** What the tracing channels tell of an operation. No id is in it: `publicId` stands for one. */
export interface OperationContext {
  /** The public id of the session, empty if nothing is stored yet. */
  readonly publicId: string;
  /**
   * Set when the operation is done. `load`: the state of the record. `save`: whether anything was stored. `destroy`: whether
   * anything ended. `regenerate`: the new public id.
   */
  readonly result?: string | boolean;
}

/** Things worth counting, each published on the channel `redistore:<event>`. */
export interface Events {
  /** A cookie was not accepted. */
  rejected: {
    readonly name: string;
    readonly reason: "expired" | "tampered" | "malformed" | "gone";
  };
  /** A save met somebody else's change, and merges or fails. */
  conflict: { readonly publicId: string };
  /** A write found its session ended, and stored nothing. */
  gone: { readonly publicId: string };
  /** A cookie was accepted that an older key pair made; `keyIndex` is the place of that pair. None for long: the pair can go. */
  "old-key": { readonly name: string; readonly keyIndex: number };
  /** The function that gives the keys failed; the last keys are still in use. */
  "keys-failed": { readonly error: unknown };
}

const operations = {
  load: tracingChannel<OperationContext, OperationContext>("redistore:load"),
  save: tracingChannel<OperationContext, OperationContext>("redistore:save"),
  destroy: tracingChannel<OperationContext, OperationContext>("redistore:destroy"),
  regenerate: tracingChannel<OperationContext, OperationContext>("redistore:regenerate"),
};

const events = {
  rejected: channel("redistore:rejected"),
  conflict: channel("redistore:conflict"),
  gone: channel("redistore:gone"),
  "old-key": channel("redistore:old-key"),
  "keys-failed": channel("redistore:keys-failed"),
};

/**
 * Runs an operation, traced if the channel has subscribers.
 *
 * @param summarize what subscribers learn of the result, which itself may hold an id
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

/** Publishes an event; `message` is made only if anybody listens. */
export function publish<Name extends keyof Events>(event: Name, message: () => Events[Name]): void {
  if (events[event].hasSubscribers) events[event].publish(message());
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
