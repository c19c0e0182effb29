// What the drop-in stores have in common where no request is involved: the records they take, and values that cannot be stored.
import { describe, expect, it } from "vitest";
import {
  ConfigError,
  createStore,
  SerializationError,
  withMemory,
} from "../../packages/core/src/index.ts";
import type { RecordsInput } from "../../packages/core/src/web/index.ts";
import { type Data, KEYS, openRecords } from "../stores.ts";

/** A drop-in store, called as its library calls it for a session with these values. */
export interface DropIn {
  get(id: string): Promise<unknown>;
  set(id: string, values: Data): Promise<unknown>;
}

export function dropInStoreSuite(name: string, open: (records: RecordsInput) => DropIn): void {
  describe(`${name} on its own`, () => {
    it("names the value that JSON cannot represent", async () => {
      const failed = open(await openRecords()).set("a", { cart: { total: Number.NaN } });
      await expect(failed).rejects.toBeInstanceOf(SerializationError);
      await expect(failed).rejects.toMatchObject({ key: "cart.total" });
    });

    it("accepts a store, records, a promise of either, and a function", async () => {
      const opened = await createStore(KEYS, withMemory());
      const sources: RecordsInput[] = [
        opened,
        opened.records,
        Promise.resolve(opened),
        async () => opened.records,
      ];
      for (const [index, source] of sources.entries()) {
        await open(source).set(`id-${index}`, {});
        expect(await opened.records.count()).toBe(index + 1);
      }
      await opened.close();
    });

    it("starts again with a later request, if it was given a function whose start failed", async () => {
      const records = await openRecords();
      let starts = 0;
      const store = open(async () => {
        if (++starts === 1) throw new Error("Redis is not there yet.");
        return records;
      });
      await expect(store.get("a")).rejects.toThrow("not there yet");
      expect((await store.get("a")) ?? null).toBeNull();
      expect(starts).toBe(2);
    });

    it.each([undefined, null, "redis://localhost", { client: {}, prefix: "sess:" }])(
      "rejects anything else: %j",
      (source) => {
        expect(() => open(source as never)).toThrow(ConfigError);
      },
    );
  });
}
