// Emits `drain`, including to listeners that another middleware (compression) moved to its own stream.
import { EventEmitter } from "node:events";
import type { NodeResponse } from "./message.ts";

type Listener = (...args: unknown[]) => void;

/** A response whose `on` another middleware has replaced. */
interface Redirected {
  readonly on: (event: string | symbol, listener: Listener) => unknown;
  readonly listeners: Listener[];
}

const redirected = new WeakMap<NodeResponse, Redirected>();

/**
 * Keeps the listeners for `drain` if `res.on` is not Node's own. compression hands them to its zlib stream, which emits no `drain` for a
 * write that waited here: a stream piped into the response would stop for ever.
 */
export function watchDrainListeners(res: NodeResponse): void {
  if (res.on === EventEmitter.prototype.on) return;
  redirected.set(res, { on: res.on.bind(res), listeners: [] });
  res.on = on;
}

function on(this: NodeResponse, event: string | symbol, listener: Listener): NodeResponse {
  const { on: original, listeners } = redirected.get(this) as Redirected;
  if (event === "drain") listeners.push(listener);
  original(event, listener);
  return this;
}

export function emitDrain(res: NodeResponse): void {
  const own = new Set<unknown>(res.rawListeners("drain"));
  for (const listener of redirected.get(res)?.listeners ?? []) {
    if (!own.has(listener)) listener.call(res);
  }
  res.emit("drain");
}
