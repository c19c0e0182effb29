// A suite for adapters: two versions of the package, or of core, in one process whose shared objects differ.
import { expect, it } from "vitest";
import {
  ConfigError,
  createRecords,
  type Records,
  type RediStore,
  withMemory,
} from "../packages/core/src/index.ts";
import { declareLayout } from "../packages/core/src/web/index.ts";
import { type Data, memoryStore } from "./stores.ts";

export interface Uses {
  /** Mounts the middleware. */
  readonly mount: (store: Promise<RediStore<Data>>) => unknown;
  /** Asks for the session of a request. */
  readonly ask: () => unknown;
  /** Makes the drop-in store. */
  readonly dropIn: (records: Records<object>) => unknown;
}

/** Changes what this process knows of versions: a file with this suite has no other tests. */
export function twoVersionsSuite(name: string, { mount, ask, dropIn }: Uses): void {
  it("are refused where the middleware is mounted and where a session is asked for", () => {
    declareLayout(name, 2);
    const store = memoryStore();
    expect(() => mount(store)).toThrow(ConfigError);
    expect(() => mount(store)).toThrow(`Two versions of ${name}`);
    expect(ask).toThrow(`Two versions of ${name}`);
  });

  it("are refused by the drop-in store, whose records may be of another core", async () => {
    const records = await createRecords(withMemory());
    const layouts = Reflect.get(globalThis, Symbol.for("@redistore/layouts/1"));
    (layouts as Map<string, number>).set("@redistore/core", 2);
    expect(() => dropIn(records)).toThrow("Two versions of @redistore/core");
  });
}
