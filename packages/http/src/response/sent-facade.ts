// What others see of a response whose first byte is held back: one that has begun, as it would have without us.
import type { Response } from "./message.ts";

/** Where node:http keeps the header once it is known (_http_outgoing.js); on-headers and compression look there too. */
const HEADER = "_header";
/**
 * In place of the header that Node is still to write: whoever looks for one finds that there is one. Whoever goes past the doors, by a
 * method of Node's that was kept from before, sends it: so it is a whole answer.
 */
const HELD_HEADER =
  "HTTP/1.1 500 Held back while a session is stored\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

const refuse = (what: string): PropertyDescriptor => ({
  value(this: Response): never {
    throw headersSent(what, this);
  },
  writable: true,
  configurable: true,
});

const YES: PropertyDescriptor = { get: () => true, configurable: true };

/** Where Node does not keep the header in the response itself. */
const BEGUN: readonly (readonly [string, PropertyDescriptor])[] = [
  ["headersSent", YES],
  ["setHeader", refuse("set")],
  ["setHeaders", refuse("set")],
  ["appendHeader", refuse("append")],
  ["removeHeader", refuse("remove")],
];

/**
 * Makes a response look begun, or error handlers would answer a second time and late headers would be lost without a word. `finished`
 * stays as it is: on-finished, and with it loggers, would take a held response for one that is done.
 */
export class Appearance {
  readonly #res: Response;
  readonly #hidden: (readonly [name: string, own: PropertyDescriptor | undefined])[] = [];

  constructor(res: Response) {
    this.#res = res;
    // All of Node's own looks at this one field; properties put over others are a third of what a held response costs.
    if (res[HEADER] === null) res[HEADER] = HELD_HEADER;
    else for (const [name, shown] of BEGUN) this.#show(name, shown);
  }

  /** `end` was called. */
  showEnded(): void {
    this.#show("writableEnded", YES);
  }

  /** `write` gave false, and `drain` has not come. */
  showStarved(): void {
    this.#show("writableNeedDrain", YES);
  }

  /** Makes it look as it is. */
  drop(): void {
    // Last in, first out: so V8 goes back to the shape it had before, and the object stays a fast one.
    for (let next = this.#hidden.pop(); next; next = this.#hidden.pop()) {
      const [name, own] = next;
      if (own) Object.defineProperty(this.#res, name, own);
      else Reflect.deleteProperty(this.#res, name);
    }
    if (this.#res[HEADER] === HELD_HEADER) this.#res[HEADER] = null;
  }

  #show(name: string, shown: PropertyDescriptor): void {
    if (!(name in this.#res)) return;
    this.#hidden.push([name, Object.getOwnPropertyDescriptor(this.#res, name)]);
    Object.defineProperty(this.#res, name, shown);
  }
}

/** The error that Node throws where the header has left already. */
export function headersSent(what: string, res: Response): Error {
  const [code, message] = res.stream
    ? ["ERR_HTTP2_HEADERS_SENT", "Response has already been initiated."]
    : ["ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`];
  return Object.assign(new Error(message), { code });
}
