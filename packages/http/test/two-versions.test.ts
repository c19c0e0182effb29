// Two versions of this package in one process whose shared objects differ.
import { ConfigError, createStore, keysFromStrings, withMemory } from "@redistore/core";
import { declareLayout } from "@redistore/core/web";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { attach, getSession, readSession, withSession } from "../src/index.ts";

it("are refused where a handler is wrapped and where a session is asked for", async () => {
  declareLayout("@redistore/http", 2);
  const store = await createStore(
    keysFromStrings("a-key-of-32-characters-for-tests"),
    withMemory(),
  );
  const req = { headers: {}, url: "/" } as IncomingMessage;
  const res = {} as ServerResponse;
  expect(() => withSession(store, () => {})).toThrow(ConfigError);
  expect(() => withSession(store, () => {})).toThrow("Two versions of @redistore/http");
  expect(() => getSession(store, req, res)).toThrow("Two versions of @redistore/http");
  expect(() => attach(req, res)).toThrow("Two versions of @redistore/http");
  await expect(async () => readSession(store, req)).rejects.toThrow("Two versions of");
});
