// The requests and responses that this package serves: those of node:http and of node:http2's compatible API.
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request of node:http, or of node:http2's compatible API. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** A response of node:http, or of node:http2's compatible API. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** The value of a response header field, as Node takes and returns it. */
export type HeaderValue = number | string | readonly string[];

/** The methods through which a response is sent, typed as loosely as callers may use them. */
export interface SendingMethods {
  writeHead: (status: number, reason?: unknown, headers?: unknown) => unknown;
  write: (chunk?: unknown, encoding?: unknown, callback?: unknown) => boolean;
  end: (chunk?: unknown, encoding?: unknown, callback?: unknown) => unknown;
  flushHeaders: () => void;
  /** Added by the compression middleware. */
  flush?: (() => void) | undefined;
}

/** What both kinds of response have in common: their own types differ only in overloads. */
export interface NodeResponse extends EventEmitter, SendingMethods {
  statusCode: number;
  statusMessage: string;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly destroyed?: boolean;
  readonly closed?: boolean;
  /** HTTP/2 only. */
  readonly stream?: { readonly destroyed: boolean; close(code: number): void };
  getHeader(name: string): HeaderValue | undefined;
  getHeaderNames(): string[];
  hasHeader(name: string): boolean;
  setHeader(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): void;
  destroy(): unknown;
  /** The deprecated alias of writeHead; gone in Node 26. */
  writeHeader?: SendingMethods["writeHead"];
}

/** Whether no client can be reached through this response any more. */
export function isDisconnected(res: NodeResponse): boolean {
  return res.destroyed === true || res.closed === true || res.stream?.destroyed === true;
}
