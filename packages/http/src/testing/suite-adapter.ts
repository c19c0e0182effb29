// The contract between the adapter suite and an adapter: start a server with the framework's own means.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { RediStore, Session } from "@redistore/core";
import type { SessionOptions, StoreInput } from "@redistore/core/web";

/** The data of the suite's sessions. */
export type SuiteData = Record<string, unknown>;

/** Status and headers of a response. The default status is 200. */
export interface ResponseHead {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** One request and its response. Implement each member as users of your framework would write it. */
export interface SuiteRequest {
  readonly req: IncomingMessage;
  /** The session's current data: `req.session`, `ctx.session`, `session.values`. A getter: `regenerate` may replace the object. */
  readonly data: SuiteData;
  /** The core session behind `data`. */
  readonly session: () => Promise<Session<SuiteData>>;
  /** The session of another cookie name in the same request. */
  readonly named: (name: string) => Promise<Session<SuiteData>>;
  readonly regenerate: () => Promise<unknown>;
  readonly destroy: () => Promise<unknown>;
  /** Sends the response: `res.end(body)`, `res.send(body)`, `ctx.body = body`. Pipes a stream. */
  readonly respond: (body?: string | Readable, head?: ResponseHead) => unknown;
  readonly redirect: (location: string) => unknown;
  /** Node's own response. The handler writes it itself, so the framework must not. */
  readonly nodeResponse: () => ServerResponse;
}

/** Handles the requests of one path. The adapter's error handling gets what it throws. */
export type SuiteHandler = (request: SuiteRequest) => unknown;

/** An adapter under test. */
export interface SuiteAdapter {
  /** Opens an empty store for one test; the suite closes it. Default: a store in memory. */
  open?(): Promise<RediStore<SuiteData>>;
  /**
   * Serves `handlers`, by path, on a free port of 127.0.0.1, behind the adapter's middleware.
   *
   * @param options of the middleware; what it throws has to be thrown
   */
  start(
    store: StoreInput<SuiteData>,
    handlers: Readonly<Record<string, SuiteHandler>>,
    options?: SessionOptions,
  ): Promise<RunningServer>;
}

/** A server that accepts connections. */
export interface RunningServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Closes the server and its connections. */
  close(): Promise<unknown>;
}
