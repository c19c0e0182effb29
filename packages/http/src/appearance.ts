// What others see of a response whose first byte is held back: one that has begun, as it would have without us.
import type { Response } from "./message.ts";

/** What a held response reports about itself. */
export interface Appearance {
  /** An `end` waits. */
  readonly ended: boolean;
  /** A `write` gave false, and `drain` has not come. */
  readonly starved: boolean;
}

const appearance: unique symbol = Symbol("appearance");

/** A response that can be shown as begun. */
export interface Shown extends Response {
  [appearance]?: Appearance | undefined;
}

const refuse = (what: string): PropertyDescriptor => ({
  value(this: Response): never {
    throw headersSent(what, this);
  },
  writable: true,
  configurable: true,
});

/** One set for all responses: what is made for each one is a third of the cost of a held response. */
const SHOWN: readonly (readonly [string, PropertyDescriptor])[] = [
  ["headersSent", { get: () => true, configurable: true }],
  ["writableEnded", { get: ended, configurable: true }],
  ["writableNeedDrain", { get: starved, configurable: true }],
  ["setHeader", refuse("set")],
  ["setHeaders", refuse("set")],
  ["appendHeader", refuse("append")],
  ["removeHeader", refuse("remove")],
  // compression up to 1.7.4 calls it before each write as long as there is no `_header`.
  ["_implicitHeader", { value: () => {}, writable: true, configurable: true }],
];

function ended(this: Shown): boolean {
  return this[appearance]?.ended ?? false;
}

function starved(this: Shown): boolean {
  return this[appearance]?.starved ?? false;
}

/**
 * Makes `res` look begun, or error handlers would answer a second time and late headers would be lost without a word. `finished` stays
 * as it is: on-finished, and with it loggers, would take a held response for one that is done. Gives the way back.
 */
export function showAsBegun(res: Shown, shown: Appearance): () => void {
  const before = SHOWN.map(([name]) => Object.getOwnPropertyDescriptor(res, name));
  res[appearance] = shown;
  for (const [name, descriptor] of SHOWN) {
    if (name in res) Object.defineProperty(res, name, descriptor);
  }
  return () => {
    // Last in, first out: so V8 goes back to the shape it had before, and the object stays a fast one.
    for (let at = SHOWN.length - 1; at >= 0; at--) {
      const [name] = SHOWN[at] as (typeof SHOWN)[number];
      const descriptor = before[at];
      if (descriptor) Object.defineProperty(res, name, descriptor);
      else Reflect.deleteProperty(res, name);
    }
    res[appearance] = undefined;
  };
}
/** The error that Node throws where the header has left already. */
export function headersSent(what: string, res: Response): Error {
  const [code, message] = res.stream
    ? ["ERR_HTTP2_HEADERS_SENT", "Response has already been initiated."]
    : ["ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`];
  return Object.assign(new Error(message), { code });
}
