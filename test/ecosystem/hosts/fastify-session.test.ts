// @fastify/session with ExpressSessionStore: its session objects are its own, and saves are merged all the same.
import cookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import { createRecords, withMemory } from "@redistore/core";
import { ExpressSessionStore } from "@redistore/express/express-session";
import { deferred } from "@redistore/http/testing";
import fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { sendStatus } from "./fastify-error.ts";
import { type Host, hostStory, type SessionOwner } from "./host-story.ts";

const data = (session: unknown) => session as Record<string, unknown>;

it("keeps the writes of concurrent requests", async () => {
  const records = await createRecords(withMemory());
  const store = new ExpressSessionStore(records) as unknown as fastifySession.SessionStore;
  const app = fastify();
  onTestFinished(async () => {
    await app.close();
    await records.close();
  });
  await app.register(cookie);
  await app.register(fastifySession, { secret: "s".repeat(32), cookie: { secure: false }, store });
  const [loaded, written] = [deferred(), deferred()];
  app.get("/start", async (request) => (data(request.session)["started"] = true));
  app.get("/slow", async (request) => {
    loaded.resolve();
    await written.promise;
    return (data(request.session)["slow"] = true);
  });
  app.get("/fast", async (request) => (data(request.session)["fast"] = true));
  app.get("/", async (request) => request.session);

  const { headers } = await app.inject("/start");
  const cookies = { cookie: String(headers["set-cookie"]).split(";", 1)[0] as string };
  const slow = app.inject({ url: "/slow", headers: cookies });
  await loaded.promise;
  await app.inject({ url: "/fast", headers: cookies });
  written.resolve();
  await slow;
  const { body } = await app.inject({ url: "/", headers: cookies });
  expect(JSON.parse(body)).toMatchObject({ started: true, slow: true, fast: true });
  expect(body).not.toContain("redistore");
});

const host: Host = async (options, pages) => {
  const records = await createRecords(...options);
  const store = new ExpressSessionStore(records) as unknown as fastifySession.SessionStore;
  const app = fastify();
  onTestFinished(async () => {
    await app.close();
    await records.close();
  });
  app.setErrorHandler(sendStatus);
  await app.register(cookie);
  await app.register(fastifySession, {
    secret: "s".repeat(32),
    cookie: { secure: false },
    saveUninitialized: false,
    store,
  });
  for (const [path, page] of Object.entries(pages)) {
    app.get(path, (request) => page(request as unknown as SessionOwner));
  }
  await app.ready();
  return app.server;
};

describe("@fastify/session with ExpressSessionStore", () => {
  hostStory(host);
});
