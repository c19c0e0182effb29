// What others see of a response whose first byte is held back: one that has begun, as it would have without us.
import type { Response } from "./message.ts";

/** What a held response reports about itself. */
export interface Appearance {
  /** An `end` waits. */
  readonly ended: boolean;
  /** A `write` gave false, and `drain` has not come. */
  readonly starved: boolean;
}

const MEMBERS = [
  "headersSent",
  "writableEnded",
  "writableNeedDrain",
  "setHeader",
  "setHeaders",
  "appendHeader",
  "removeHeader",
  "_implicitHeader",
] as const;

/**
 * Makes `res` look begun, or error handlers would answer a second time and late headers would be lost without a word. `finished` stays
 * as it is: on-finished, and with it loggers, would take a held response for one that is done. Gives the way back.
 */
export function showAsBegun(res: Response, appearance: Appearance): () => void {
  const before = MEMBERS.map((name) => [name, Object.getOwnPropertyDescriptor(res, name)] as const);
  const refuse = (what: string) => () => {
    throw headersSent(what, res);
  };
  const shown: Record<(typeof MEMBERS)[number], PropertyDescriptor> = {
    headersSent: { get: () => true },
    writableEnded: { get: () => appearance.ended },
    writableNeedDrain: { get: () => appearance.starved },
    setHeader: { value: refuse("set"), writable: true },
    setHeaders: { value: refuse("set"), writable: true },
    appendHeader: { value: refuse("append"), writable: true },
    removeHeader: { value: refuse("remove"), writable: true },
    // compression up to 1.7.4 calls it before each write as long as there is no `_header`.
    _implicitHeader: { value: () => {}, writable: true },
  };
  for (const name of MEMBERS) {
    if (name in res) Object.defineProperty(res, name, { ...shown[name], configurable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(res, name, descriptor);
      else Reflect.deleteProperty(res, name);
    }
  };
}

/** The error that Node throws where the header has left already. */
export function headersSent(what: string, res: Response): Error {
  const [code, message] = res.stream
    ? ["ERR_HTTP2_HEADERS_SENT", "Response has already been initiated."]
    : ["ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`];
  return Object.assign(new Error(message), { code });
}
