// Two versions of this package, or of core, in one process whose shared objects differ.
import {
  ConfigError,
  createRecords,
  createStore,
  keysFromStrings,
  withMemory,
} from "@redistore/core";
import { declareLayout } from "@redistore/core/web";
import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { ExpressSessionStore } from "../src/express-session/index.ts";
import { getSession, session } from "../src/index.ts";

it("are refused where the middleware is mounted and where a session is asked for", () => {
  declareLayout("@redistore/express", 2);
  const store = createStore(keysFromStrings("a-key-of-32-characters-for-tests"), withMemory());
  expect(() => session(store)).toThrow(ConfigError);
  expect(() => session(store)).toThrow("Two versions of @redistore/express");
  expect(() => getSession({} as IncomingMessage)).toThrow("Two versions of @redistore/express");
});

it("are refused by the drop-in store, whose records may be of another core", async () => {
  const records = await createRecords(withMemory());
  const layouts = Reflect.get(globalThis, Symbol.for("@redistore/layouts/1"));
  (layouts as Map<string, number>).set("@redistore/core", 2);
  expect(() => new ExpressSessionStore(records)).toThrow("Two versions of @redistore/core");
});
