// The requests and responses this package serves: those of node:http and of node:http2's compatible API.
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request of node:http, or of node:http2's compatible API. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** A response of node:http, or of node:http2's compatible API. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** @internal The value of a response header field, as Node takes and gives it. */
export type HeaderValue = number | string | readonly string[];

/** @internal The ways through which a response leaves, typed as loosely as callers may use them. */
export interface Doors {
  writeHead: (status: number, reason?: unknown, headers?: unknown) => unknown;
  write: (chunk?: unknown, encoding?: unknown, callback?: unknown) => boolean;
  end: (chunk?: unknown, encoding?: unknown, callback?: unknown) => unknown;
  flushHeaders: () => void;
  /** Added by the compression middleware. */
  flush?: (() => void) | undefined;
}

/** @internal Any of them. */
export type AnyDoor = (a?: unknown, b?: unknown, c?: unknown) => unknown;

/** @internal What both kinds of response have in common: their own types differ in overloads only. */
export interface Response extends EventEmitter, Doors {
  statusCode: number;
  statusMessage: string;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly destroyed?: boolean;
  readonly closed?: boolean;
  /** HTTP/1 only: what is to be sent, once it is known (_http_outgoing.js). */
  _header?: string | null;
  /** HTTP/2 only. */
  readonly stream?: { readonly destroyed: boolean; close(code: number): void };
  getHeader(name: string): HeaderValue | undefined;
  getHeaderNames(): string[];
  hasHeader(name: string): boolean;
  setHeader(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): void;
  destroy(): unknown;
  /** The deprecated alias of writeHead; gone in Node 26. */
  writeHeader?: Doors["writeHead"];
}
