// A store that is given as a value, as a promise, or as a function that starts it.
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../../test/stores.ts";
import { ConfigError, createRecords, withMemory } from "../../src/index.ts";
import { Source, storeSource } from "../../src/web/index.ts";

const refuse = (): never => {
  throw new ConfigError("no such cookie");
};

const any = (value: unknown): object => value as object;

describe("storeSource", () => {
  it("is there at once for a store", async () => {
    const store = await memoryStore();
    expect(storeSource("session", store).open()).toBe(store);
  });

  it.each<[string, () => unknown]>([
    ["undefined", () => undefined],
    ["null", () => null],
    ["an object", () => ({})],
    ["a URL", () => "redis://localhost"],
    ["a function that returns nothing", () => () => {}],
    ["records", () => createRecords(withMemory())],
  ])("refuses %s", async (_what, make) => {
    const refused = async (): Promise<unknown> => storeSource("session", make() as never).open();
    await expect(refused()).rejects.toThrow(ConfigError);
    await expect(refused()).rejects.toThrow(/session takes a store first/);
  });

  it("refuses what a store cannot use as soon as the store is there", async () => {
    const store = await memoryStore();
    expect(() => storeSource("session", store, refuse)).toThrow("no such cookie");
    const later = storeSource("session", Promise.resolve(store), refuse).open();
    await expect(later).rejects.toThrow("no such cookie");
  });
});

describe("a store that was promised", () => {
  it("tells what it refuses of a mount as soon as it is there, and not with the first request", async () => {
    const told: string[] = [];
    const note = (warning: Error): void => void told.push(String(warning));
    process.on("warning", note);
    const message = "maxAge is too long for this store";
    storeSource("session", memoryStore(), () => {
      throw new ConfigError(message);
    });
    // Node emits warnings on the next tick.
    await memoryStore().then(() => setImmediate());
    process.off("warning", note);
    expect(told).toContain(`RedistoreWarning: ${message}`);
  });
});

describe("Source", () => {
  it("shares one attempt among all who open it", async () => {
    let starts = 0;
    const source = new Source(async () => ({ start: ++starts }), any);
    const opened = await Promise.all([source.open(), source.open()]);
    expect([starts, opened[0] === opened[1], await source.open()]).toEqual([1, true, opened[0]]);
  });

  it("starts again after a failure, and emits no unhandled rejection", async () => {
    let starts = 0;
    const start = async (): Promise<object> => {
      if (++starts < 3) throw new Error(`start ${starts}`);
      return {};
    };
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const source = new Source(start, any);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(source.open()).rejects.toThrow("start 2");
    expect(await source.open()).toEqual({});
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("keeps the failure of a promise, which cannot be started again", async () => {
    const source = new Source<object>(Promise.reject(new Error("away")), any);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(source.open()).rejects.toThrow("away");
    await expect(source.open()).rejects.toThrow("away");
  });
});
