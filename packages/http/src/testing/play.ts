// Runs one scene of the adapter suite: a fresh store, a server with the scene's handlers, and a browser.
import { createStore, keysFromStrings, withMemory, type RediStore } from "@redistore/core";
import { Browser } from "./browser.ts";
import { gateStore, type GatedStore } from "./gated-store.ts";
import type { StageHandler, SuiteAdapter, SuiteData } from "./stage.ts";

/** What a scene has. */
export interface Scene {
  readonly browser: Browser;
  /** The store that the server uses, gated. */
  readonly gated: GatedStore<SuiteData>;
  /** The one behind it. */
  readonly store: RediStore<SuiteData>;
}

export async function play(
  adapter: SuiteAdapter,
  handlers: Readonly<Record<string, StageHandler>>,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const keys = keysFromStrings("a-key-of-32-characters-for-tests");
  const store = await (adapter.open?.() ?? createStore<SuiteData>(keys, withMemory()));
  const gated = gateStore(store);
  const server = await adapter.start(gated.store, handlers);
  try {
    await act({ browser: new Browser(server.origin), gated, store });
  } finally {
    await server.close();
    await store.close();
  }
}
