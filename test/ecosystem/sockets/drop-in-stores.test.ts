// express-session in express-ws and koa-session in koa-websocket, with our stores: a session that begins on a socket has no cookie.
import { createServer } from "node:http";
import { createRecords } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import { ExpressSessionStore } from "@redistore/express/express-session";
import { KoaSessionStore } from "@redistore/koa/koa-session";
import express from "express";
import expressSession from "express-session";
import expressWs from "express-ws";
import Koa from "koa";
import koaSession from "koa-session";
import websockify from "koa-websocket";
import { expect, it, onTestFinished } from "vitest";
import { type Data, redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";
import { connect } from "./web-socket.ts";

const open = async () => {
  const records = await createRecords(...redisOptions());
  onTestFinished(() => records.close());
  return records;
};
const cookies = (browser: Browser) => [...browser.cookies].map((pair) => pair.join("=")).join("; ");
const outcome = (error: unknown): string =>
  error ? ((error as { code?: string }).code ?? "another error") : "stored";

it("express-session on a socket saves a stored session, and begins none", async () => {
  const records = await open();
  const store = new ExpressSessionStore(records);
  const listener = createServer();
  const { app } = expressWs(express(), listener);
  listener.on("request", app);
  app.use(expressSession({ store, secret: "s", resave: false, saveUninitialized: false }));
  app.ws("/", (client, req) => {
    client.on("message", (message: Buffer) => {
      if (String(message) === "regenerate") {
        req.session.regenerate((error) => client.send(outcome(error)));
      } else {
        (req.session as unknown as Data)["user"] = "eve";
        req.session.save((error) => client.send(outcome(error)));
      }
    });
    client.send("ready");
  });
  app.get("/login", (req, res) => res.json(((req.session as unknown as Data)["user"] = "ada")));
  app.get("/show", (req, res) => void res.json((req.session as unknown as Data)["user"]));

  const browser = await visit(listener);
  const guest = await connect(browser.origin, "");
  expect(await guest.say("save")).toBe("ERR_REDISTORE_HEADERS_SENT");
  expect(await records.count()).toBe(0);
  await browser.visit("/login");
  const client = await connect(browser.origin, cookies(browser));
  expect(await client.say("regenerate")).toBe("ERR_REDISTORE_HEADERS_SENT");
  expect(await client.say("save")).toBe("stored");
  expect((await browser.visit("/show")).text).toBe('"eve"');
  expect(await records.count()).toBe(1);
});

it("koa-session on a socket reads a stored session, and begins none", async () => {
  const records = await open();
  const app = websockify(new Koa());
  app.keys = ["a key of the tests"];
  const session = koaSession({ store: new KoaSessionStore(records) }, app);
  app.use(session);
  app.use((ctx) => {
    ctx.body = (ctx.session as unknown as Data)["user"] = "ada";
  });
  app.ws.use(session);
  app.ws.use((ctx) => {
    const data = ctx.session as unknown as Data;
    ctx.websocket.on("message", async (message: Buffer) => {
      if (String(message) === "show") return ctx.websocket.send(String(data["user"]));
      data["user"] = "eve";
      const saved = (ctx.session as unknown as { save(): Promise<void> }).save();
      return ctx.websocket.send(await saved.then(() => "stored", outcome));
    });
    ctx.websocket.send("ready");
  });

  const browser = await visit(app);
  const guest = await connect(browser.origin, "");
  expect(await guest.say("save")).toBe("ERR_REDISTORE_HEADERS_SENT");
  expect(await records.count()).toBe(0);
  await browser.visit("/login");
  const client = await connect(browser.origin, cookies(browser));
  expect(await client.say("show")).toBe("ada");
});
