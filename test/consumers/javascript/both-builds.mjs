// Both builds in one process: in each pair one package is an ES module and the other one CommonJS.
import { equal, notEqual, rejects } from "node:assert/strict";
import { createRequire } from "node:module";
import * as esCore from "@redistore/core";
import * as esExpress from "@redistore/express";
import * as esExpressSession from "@redistore/express/express-session";
import * as esGob from "@redistore/gob";
import * as esHttp from "@redistore/http";
import * as esKoa from "@redistore/koa";
import * as esKoaSession from "@redistore/koa/koa-session";
import express from "express";
import expressSession from "express-session";
import Koa from "koa";
import { createSession } from "koa-session";

const require = createRequire(import.meta.url);

const ES = {
  core: esCore,
  express: esExpress,
  expressSession: esExpressSession,
  gob: esGob,
  http: esHttp,
  koa: esKoa,
  koaSession: esKoaSession,
};
/** @type {typeof ES} */
const COMMONJS = {
  core: require("@redistore/core"),
  express: require("@redistore/express"),
  expressSession: require("@redistore/express/express-session"),
  gob: require("@redistore/gob"),
  http: require("@redistore/http"),
  koa: require("@redistore/koa"),
  koaSession: require("@redistore/koa/koa-session"),
};
notEqual(ES.core.createStore, COMMONJS.core.createStore);

/** @param {{ views?: number }} session */
const count = (session) => String((session.views = (session.views ?? 0) + 1));
const options = { secret: "a secret", resave: false, saveUninitialized: false };

/**
 * Applications whose store and records one build made. Options, serializers, middlewares and drop-in stores are of the other build, and beside
 * each middleware the one of the store's build is used for the same request.
 *
 * @param {typeof ES} inner
 * @param {typeof ES} outer
 */
async function applications(inner, outer) {
  const keys = outer.core.keysFromStrings("a-key-of-32-characters-for-tests");
  const serializer = outer.core.withSerializer(outer.gob.gobSerializer());
  const store = await inner.core.createStore(keys, outer.core.withMemory(), serializer);
  const records = await inner.core.createRecords(outer.core.withMemory());

  const koa = new Koa().use(outer.koa.session(store)).use(inner.koa.session(store));
  koa.use((ctx) => {
    equal(inner.koa.getSession(ctx), outer.koa.getSession(ctx));
    ctx.body = count(ctx.session);
  });
  const old = new Koa();
  old.keys = ["a secret"];
  old.use(createSession({ store: new outer.koaSession.KoaSessionStore(records) }, old));
  old.use((ctx) => {
    ctx.body = count(ctx.session);
  });
  const expressStore = new outer.expressSession.ExpressSessionStore(records);

  const closed = await inner.core.createRecords(inner.core.withMemory());
  await closed.close();
  const isKnown = (error) =>
    error instanceof outer.core.RedistoreError && outer.core.isRedistoreError(error);
  await rejects(closed.load("id"), isKnown);

  return {
    http: outer.http.withSession(store, async (req, res, session) => {
      equal(session, await inner.http.getSession(store, req, res));
      session.values.level = inner.gob.goValue("int32", 1);
      res.end(count(session.values));
    }),
    express: express()
      .use(outer.express.session(store), inner.express.session(store))
      .get("/", (req, res) => {
        equal(inner.express.getSession(req), outer.express.getSession(req));
        res.send(count(req.session));
      }),
    koa: koa.callback(),
    "express-session": express()
      .use(expressSession({ ...options, store: expressStore }))
      .get("/", (req, res) => void res.send(count(req.session))),
    "koa-session": old.callback(),
  };
}

const mixed = {
  "a CommonJS store": await applications(COMMONJS, ES),
  "a store of the ES modules": await applications(ES, COMMONJS),
};
export const listeners = Object.fromEntries(
  Object.entries(mixed).flatMap(([store, apps]) =>
    Object.entries(apps).map(([host, listener]) => [`${host} with ${store}`, listener]),
  ),
);
