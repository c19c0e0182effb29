// Makes a response look sent while it is buffered, as it would be without this package.
import type { NodeResponse } from "./message.ts";

/** Where node:http keeps the header once it is complete (lib/_http_outgoing.js). on-headers and compression read it, too. */
const HEADER = "_header";

/** Where a response that was buffered has its facade, for the properties that stay. */
const FACADE: unique symbol = Symbol("SentFacade");

type ShownResponse = NodeResponse & { [HEADER]?: string | null; [FACADE]?: SentFacade };

/**
 * Placeholder for `res._header` while the response is buffered, so that `headersSent` is true and `setHeader` throws. It is a complete 500
 * response, because code that bypasses the patched methods would send it. Redefining each of these properties in its place takes 12 to
 * 18 % more CPU for a request that writes.
 */
const PLACEHOLDER =
  "HTTP/1.1 500 Buffered while a session is stored\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

const refuse = (verb: string): PropertyDescriptor => ({
  value(this: NodeResponse): never {
    throw headersSentError(verb, this);
  },
  writable: true,
  configurable: true,
});

const TRUE: PropertyDescriptor = { get: () => true, configurable: true };

type State = "writableEnded" | "writableNeedDrain";

/**
 * Stays on the response, and tells the truth again after `remove`. If it were deleted, Node would keep all properties of the response in a
 * table from then on, which takes more memory and is slower to read (`pnpm bench:engine`).
 */
const staying = (name: State): PropertyDescriptor => ({
  get(this: ShownResponse): unknown {
    return this[FACADE]?.read(name, this);
  },
  configurable: true,
});

const STATES: Readonly<Record<State, PropertyDescriptor>> = {
  writableEnded: staying("writableEnded"),
  writableNeedDrain: staying("writableNeedDrain"),
};

/** For HTTP/2, which has no such field. After the header, Node itself refuses these. */
const SENT: readonly (readonly [name: string, shown: PropertyDescriptor])[] = [
  ["headersSent", TRUE],
  ["setHeader", refuse("set")],
  ["appendHeader", refuse("append")],
  ["removeHeader", refuse("remove")],
];

/**
 * Makes a response look sent. Otherwise error handlers would send a second response, and headers that are set too late would be lost
 * silently. `finished` stays false: on-finished, and with it loggers, would take a buffered response for a finished one.
 */
export class SentFacade {
  readonly #res: ShownResponse;
  #ended = false;
  #full = false;
  /** The own properties in whose place others are shown. */
  readonly #hidden: (readonly [name: string, own: PropertyDescriptor | undefined])[] = [];

  constructor(res: NodeResponse) {
    this.#res = res;
    if (this.#res[HEADER] === null) this.#res[HEADER] = PLACEHOLDER;
    else for (const [name, shown] of SENT) this.#show(name, shown);
  }

  /** After `end`. */
  showEnded(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#showState("writableEnded");
  }

  /** After a `write` that returned false. */
  showNeedDrain(): void {
    if (this.#full) return;
    this.#full = true;
    this.#showState("writableNeedDrain");
  }

  /** What a state is shown as. `receiver` is the response, or an object that inherits from it. */
  read(name: State, receiver: object): unknown {
    const isShown = name === "writableEnded" ? this.#ended : this.#full;
    return isShown || Reflect.get(Object.getPrototypeOf(this.#res) as object, name, receiver);
  }

  /** Makes the response look as it is. */
  remove(): void {
    this.#ended = false;
    this.#full = false;
    for (const [name, own] of this.#hidden.splice(0)) {
      if (own) Object.defineProperty(this.#res, name, own);
      else Reflect.deleteProperty(this.#res, name);
    }
    if (this.#res[HEADER] === PLACEHOLDER) this.#res[HEADER] = null;
  }

  #showState(name: State): void {
    if (Object.hasOwn(this.#res, name)) {
      this.#show(name, TRUE);
    } else if (name in this.#res) {
      this.#res[FACADE] = this;
      Object.defineProperty(this.#res, name, STATES[name]);
    }
  }

  #show(name: string, shown: PropertyDescriptor): void {
    if (!(name in this.#res)) return;
    this.#hidden.push([name, Object.getOwnPropertyDescriptor(this.#res, name)]);
    Object.defineProperty(this.#res, name, shown);
  }
}

/** The error that Node throws when a header is changed after it was sent. */
export function headersSentError(verb: string, res: NodeResponse): Error {
  const [code, message] = res.stream
    ? ["ERR_HTTP2_HEADERS_SENT", "Response has already been initiated."]
    : ["ERR_HTTP_HEADERS_SENT", `Cannot ${verb} headers after they are sent to the client`];
  return Object.assign(new Error(message), { code });
}
