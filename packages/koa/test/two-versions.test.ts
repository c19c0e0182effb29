// Two versions of this package, or of core, in one process whose shared objects differ.
import {
  ConfigError,
  createRecords,
  createStore,
  keysFromStrings,
  withMemory,
} from "@redistore/core";
import { declareLayout } from "@redistore/core/web";
import type { ExtendableContext } from "koa";
import { expect, it } from "vitest";
import { getSession, session } from "../src/index.ts";
import { KoaSessionStore } from "../src/koa-session/index.ts";

it("are refused where the middleware is mounted and where a session is asked for", () => {
  declareLayout("@redistore/koa", 2);
  const store = createStore(keysFromStrings("a-key-of-32-characters-for-tests"), withMemory());
  expect(() => session(store)).toThrow(ConfigError);
  expect(() => session(store)).toThrow("Two versions of @redistore/koa");
  expect(() => getSession({} as ExtendableContext)).toThrow("Two versions of @redistore/koa");
});

it("are refused by the drop-in store, whose records may be of another core", async () => {
  const records = await createRecords(withMemory());
  const layouts = Reflect.get(globalThis, Symbol.for("@redistore/layouts/1"));
  (layouts as Map<string, number>).set("@redistore/core", 2);
  expect(() => new KoaSessionStore(records)).toThrow("Two versions of @redistore/core");
});
