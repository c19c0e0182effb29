// A JavaScript application in CommonJS: each host counts its visitor's requests.
const {
  createRecords,
  createStore,
  keysFromStrings,
  withMemory,
  withSerializer,
} = require("@redistore/core");
const redistoreExpress = require("@redistore/express");
const { ExpressSessionStore } = require("@redistore/express/express-session");
const { gobSerializer } = require("@redistore/gob");
const { withSession } = require("@redistore/http");
const redistoreKoa = require("@redistore/koa");
const { KoaSessionStore } = require("@redistore/koa/koa-session");
const express = require("express");
const expressSession = require("express-session");
const Koa = require("koa");
const { createSession } = require("koa-session");

const keys = keysFromStrings("a-key-of-32-characters-for-tests");
const store = createStore(keys, withMemory(), withSerializer(gobSerializer()));
const records = createRecords(withMemory());

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

exports.listeners = {
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
