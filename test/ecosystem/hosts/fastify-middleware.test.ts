// Express middleware in Fastify, through @fastify/middie and @fastify/express.
import express from "@fastify/express";
import middie from "@fastify/middie";
import { createStore } from "@redistore/core";
import { session } from "@redistore/express";
import fastify from "fastify";
import { describe, onTestFinished } from "vitest";
import { KEYS } from "../../stores.ts";
import { sendStatus } from "./fastify-error.ts";
import { type Host, hostStory, type SessionOwner } from "./host-story.ts";

const on =
  (plugin: typeof middie | typeof express): Host =>
  async (options, pages) => {
    const store = await createStore(KEYS, ...options);
    const app = fastify();
    onTestFinished(async () => {
      await app.close();
      await store.close();
    });
    await app.register(plugin as typeof middie);
    app.setErrorHandler(sendStatus);
    app.use(session(store, { onError: () => {} }));
    for (const [path, page] of Object.entries(pages)) {
      app.get(path, (request) => page(request.raw as unknown as SessionOwner));
    }
    await app.ready();
    return app.server;
  };

describe.each([
  ["@fastify/middie", middie],
  ["@fastify/express", express],
])("%s", (_name, plugin) => {
  hostStory(on(plugin));
});
