// Runs one test of the adapter suite on a fresh store and a fresh server.
import { createStore, keysFromStrings, withMemory, type RediStore } from "@redistore/core";
import type { SessionOptions, StoreInput } from "@redistore/core/web";
import { Browser } from "./browser.ts";
import { controlStore, type StoreControl } from "./store-control.ts";
import type { SuiteAdapter, SuiteData, SuiteHandler } from "./suite-adapter.ts";

/** The parts that one test uses. */
export interface TestContext {
  readonly browser: Browser;
  /** Makes the server's store fail or wait. */
  readonly control: StoreControl<SuiteData>;
  /** The store itself, which `control` does not affect. */
  readonly store: RediStore<SuiteData>;
}

/** How a test mounts the middleware. */
export interface Mount {
  readonly options?: SessionOptions;
  /** What the middleware gets in place of the store. */
  readonly input?: (store: RediStore<SuiteData>) => StoreInput<SuiteData>;
}

/** Serves `handlers` with `adapter` while `test` runs; closes server and store afterwards. */
export async function withServer(
  adapter: SuiteAdapter,
  handlers: Readonly<Record<string, SuiteHandler>>,
  test: (context: TestContext) => Promise<void>,
  { options, input = (store) => store }: Mount = {},
): Promise<void> {
  const keys = keysFromStrings("a-key-of-32-characters-for-tests");
  const store = await (adapter.open?.() ?? createStore<SuiteData>(keys, withMemory()));
  const control = controlStore(store);
  try {
    const server = await adapter.start(input(control.store), handlers, options);
    try {
      await test({ browser: new Browser(server.origin), control, store });
    } finally {
      await server.close();
    }
  } finally {
    await store.close();
  }
}
