// An application that each module setting of TypeScript has to compile: every package and entry point, no top-level await.
import {
  createRecords,
  createStore,
  keysFromStrings,
  type Session,
  withMemory,
  withSerializer,
} from "@redistore/core";
import { backendSuite } from "@redistore/core/testing";
import { RequestSessions } from "@redistore/core/web";
import * as redistoreExpress from "@redistore/express";
import "@redistore/express/augment-express-session";
import { ExpressSessionStore } from "@redistore/express/express-session";
import { gobSerializer } from "@redistore/gob";
import { withSession } from "@redistore/http";
import { adapterSuite } from "@redistore/http/testing";
import * as redistoreKoa from "@redistore/koa";
import { KoaSessionStore } from "@redistore/koa/koa-session";
import express, { type Request } from "express";
import expressSession from "express-session";
import Koa from "koa";
import { createSession } from "koa-session";
import type { RequestListener } from "node:http";

declare module "@redistore/core" {
  interface SessionData {
    views: number;
  }
}

const keys = keysFromStrings("a-key-of-32-characters-for-tests");
const store = createStore(keys, withMemory(), withSerializer(gobSerializer()));
const records = createRecords(withMemory());

function count(session: { views?: number }): string {
  session.views = (session.views ?? 0) + 1;
  return String(session.views);
}
const options = { secret: "a secret", resave: false, saveUninitialized: false };
const koa = new Koa().use(redistoreKoa.session(store)).use((ctx) => {
  ctx.body = count(ctx.session);
});
const old = new Koa();
old.keys = ["a secret"];
old.use(createSession({ store: new KoaSessionStore(records) }, old)).use((ctx) => {
  ctx.body = count(ctx.session);
});

export const listeners: Record<string, RequestListener> = {
  http: withSession(store, (_req, res, session: Session) => void res.end(count(session.values))),
  express: express()
    .use(redistoreExpress.session(store))
    .get("/", (req, res) => void res.send(count(req.session))),
  koa: koa.callback(),
  "express-session": express()
    .use(expressSession({ ...options, store: new ExpressSessionStore(records) }))
    .get("/", (req, res) => void res.send(count(req.session))),
  "koa-session": old.callback(),
};

export const suites: unknown[] = [backendSuite, adapterSuite, RequestSessions];

export function wrong(req: Request): void {
  // @ts-expect-error -- not a number
  redistoreExpress.getSession(req).values.views = "one";
}
