// Tells whoever waits for `drain`, also where somebody has taken over the listeners for it.
import type { Response } from "./message.ts";

type Listener = (...args: unknown[]) => void;

/** Listeners for `drain` that were handed to somebody else's `on`. */
const handedOver = new WeakMap<Response, Listener[]>();
const takenOver = new WeakMap<Response, (event: string | symbol, listener: Listener) => unknown>();

/**
 * Notes the listeners for `drain` where `res.on` is not Node's own: compression keeps them for its zlib stream, where an event
 * of the response does not reach them, and a producer that we told to wait would starve.
 */
export function watchDrainListeners(res: Response): void {
  takenOver.set(res, res.on.bind(res));
  handedOver.set(res, []);
  res.on = on;
}

function on(this: Response, event: string | symbol, listener: Listener): Response {
  if (event === "drain") handedOver.get(this)?.push(listener);
  takenOver.get(this)?.(event, listener);
  return this;
}

export function emitDrain(res: Response): void {
  const listeners = handedOver.get(res);
  if (listeners) {
    const own = new Set<unknown>(res.rawListeners("drain"));
    for (const listener of listeners) if (!own.has(listener)) listener.call(res);
  }
  res.emit("drain");
}
