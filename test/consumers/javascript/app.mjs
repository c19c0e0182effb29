// A JavaScript application in ES modules: each host counts its visitor's requests.
import {
  createRecords,
  createStore,
  keysFromStrings,
  withMemory,
  withSerializer,
} from "@redistore/core";
import * as redistoreExpress from "@redistore/express";
import { ExpressSessionStore } from "@redistore/express/express-session";
import { gobSerializer } from "@redistore/gob";
import { withSession } from "@redistore/http";
import * as redistoreKoa from "@redistore/koa";
import { KoaSessionStore } from "@redistore/koa/koa-session";
import express from "express";
import expressSession from "express-session";
import Koa from "koa";
import { createSession } from "koa-session";

const keys = keysFromStrings("a-key-of-32-characters-for-tests");
const store = await createStore(keys, withMemory(), withSerializer(gobSerializer()));
const records = await createRecords(withMemory());

/** @param {{ views?: number }} session */
const count = (session) => String((session.views = (session.views ?? 0) + 1));
const options = { secret: "a secret", resave: false, saveUninitialized: false };
const koa = new Koa().use(redistoreKoa.session(store)).use((ctx) => {
  ctx.body = count(ctx.session);
});
const old = new Koa();
old.keys = ["a secret"];
old.use(createSession({ store: new KoaSessionStore(records) }, old)).use((ctx) => {
  ctx.body = count(ctx.session);
});

export const listeners = {
  http: withSession(store, (_req, res, session) => void res.end(count(session.values))),
  express: express()
    .use(redistoreExpress.session(store))
    .get("/", (req, res) => void res.send(count(req.session))),
  koa: koa.callback(),
  "express-session": express()
    .use(expressSession({ ...options, store: new ExpressSessionStore(records) }))
    .get("/", (req, res) => void res.send(count(req.session))),
  "koa-session": old.callback(),
};
