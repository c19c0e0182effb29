// The three Node servers: Express, Koa and node:http, each with its own adapter.
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import {
  createStore,
  keysFromBytes,
  type RediStore,
  type Session,
  withCookieName,
  withKeyPrefix,
  withMaxLength,
  withSerializer,
  withURL,
} from "@redistore/core";
import { getSession as sessionOfExpress, session as expressSession } from "@redistore/express";
import { withSession } from "@redistore/http";
import { getSession as sessionOfKoa, session as koaSession } from "@redistore/koa";
import express from "express";
import Koa from "koa";
import type { Typed } from "../../packages/gob/test/go/typed-json.ts";
import { type Format, gobFormat, jsonFormat } from "./format.ts";
import type { Step } from "./session-model.ts";
import type { SharedSettings } from "./shared-settings.ts";

type Values = Record<string, unknown>;

/** The session of one request, and its values as the framework exposes them. */
interface Visited {
  readonly values: Values;
  readonly session: Session<Values>;
  readonly end: () => unknown;
}

/** A running server on a free port. */
export interface NodeServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Creates a request listener for the sessions of a store. */
export type MakeListener = (store: RediStore<Values>, format: Format) => RequestListener;

export const nodeListeners: Readonly<Record<"Express" | "Koa" | "node:http", MakeListener>> = {
  Express: (store, format) => {
    const app = express();
    app.use(expressSession(store));
    app.use(async (req, res) => {
      const values = req.session as unknown as Values;
      const session = sessionOfExpress<Values>(req);
      const end = (): unknown => req.session.destroy();
      res.json(await runStep(req, { values, session, end }, format));
    });
    return app;
  },
  Koa: (store, format) => {
    const app = new Koa();
    app.use(koaSession(store));
    app.use(async (ctx) => {
      const values = ctx.session as unknown as Values;
      const session = sessionOfKoa<Values>(ctx);
      const end = (): unknown => (ctx.session = null);
      ctx.body = JSON.stringify(await runStep(ctx.req, { values, session, end }, format));
    });
    const listener = app.callback();
    return (req, res) => void listener(req, res);
  },
  "node:http": (store, format) =>
    withSession(store, async (req, res, session) => {
      const visited = { values: session.values, session, end: () => session.destroy() };
      res.end(JSON.stringify(await runStep(req, visited, format)));
    }),
};

/** Runs one step, as server/main.go does. */
async function runStep(
  req: IncomingMessage,
  visited: Visited,
  format: Format,
): Promise<Typed | readonly Typed[] | null> {
  const { values, session } = visited;
  const step = await readStep(req);
  switch (step.path) {
    case "/show":
      // Uses the values object of the session itself, because it knows the Go types of its values.
      return format.typedSession(session.values);
    case "/set":
      values[format.property(step.key)] = format.value(step.value);
      return null;
    case "/increment": {
      const key = format.property(step.key);
      const before = values[key] ?? 0;
      values[key] = typeof before === "bigint" ? before + 1n : (before as number) + 1;
      return null;
    }
    case "/delete":
      delete values[format.property(step.key)];
      return null;
    case "/flash":
      session.addFlash(format.value(step.value), step.name);
      return null;
    case "/flashes":
      return typedFlashes(session, step.name, format);
    // "/end"
    default:
      await visited.end();
      return null;
  }
}

/** Flashes with their stored types, because `flashes` returns a plain list. */
function typedFlashes(session: Session<Values>, name: string, format: Format): readonly Typed[] {
  const stored = session.values[name] ?? [];
  const [, typed] = format.typedSession(session.values).kv?.find(([key]) => key.v === name) ?? [];
  const flashes = session.flashes(name);
  if (!isDeepStrictEqual(flashes, stored))
    throw new Error("flashes() did not return what was stored");
  return typed?.items ?? [];
}

async function readStep(req: IncomingMessage): Promise<Step> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString() || "{}";
  return { ...(JSON.parse(body) as object), path: req.url } as Step;
}

/** Starts a server with its own store. */
export async function startNode(make: MakeListener, settings: SharedSettings): Promise<NodeServer> {
  const format = settings.serializer === "gob" ? gobFormat : jsonFormat;
  const store = await createStore<Values>(
    keysFromBytes(...settings.keys),
    withURL(settings.redisUrl),
    withKeyPrefix(settings.prefix),
    withCookieName(settings.cookie),
    withSerializer(format.serializer),
    withMaxLength(0),
  );
  const server = createServer(make(store, format));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => stop(server, store),
  };
}

async function stop(server: Server, store: RediStore<Values>): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await store.close();
}
