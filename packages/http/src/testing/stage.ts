// What the adapter suite asks of an adapter: a server in its framework's manner, behind one face for all of them.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { RediStore, Session } from "@redistore/core";

/** The data of the suite's sessions. */
export type SuiteData = Record<string, unknown>;

/** How an answer begins. */
export interface Head {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** One request, as the suite's handlers see it. Every member does what the framework's users would do. */
export interface Stage {
  readonly req: IncomingMessage;
  /** The session's data at this moment: `req.session`, `ctx.session`, `session.values`. Read it anew after `regenerate`. */
  readonly data: SuiteData;
  /** The core session behind it. */
  readonly session: () => Promise<Session<SuiteData>>;
  /** Another session of the same request. */
  readonly named: (name: string) => Promise<Session<SuiteData>>;
  readonly regenerate: () => Promise<unknown>;
  readonly destroy: () => Promise<unknown>;
  /** `res.end(body)`, `res.send(body)`, `ctx.body = body`; a stream is piped. */
  readonly answer: (body?: string | Readable, head?: Head) => unknown;
  readonly redirect: (location: string) => unknown;
  /** Node's own response, from here on the handler's business alone. */
  readonly raw: () => ServerResponse;
}

export type StageHandler = (stage: Stage) => unknown;

/** An adapter, as the suite uses it. */
export interface SuiteAdapter {
  /** A store to run over, empty, which the suite closes; default: one in memory. */
  open?(): Promise<RediStore<SuiteData>>;
  /** Serves these paths on a free port of 127.0.0.1, with the adapter's middleware before all of them. */
  start(
    store: RediStore<SuiteData>,
    handlers: Readonly<Record<string, StageHandler>>,
  ): Promise<RunningServer>;
}

export interface RunningServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Ends the server and its connections. */
  close(): Promise<unknown>;
}

/** Of vitest, or of node:test. */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
}
