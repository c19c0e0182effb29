// What copies of the packages in one process share, and two versions that cannot share it.
import { describe, expect, it, vi } from "vitest";
import { ConfigError } from "../src/errors.ts";
import { createRecords, createStore, keysFromStrings, withMemory } from "../src/index.ts";
import { declareLayout, onePerProcess } from "../src/one-per-process.ts";
import { openStore } from "../src/web/index.ts";

const KEYS = keysFromStrings("a-key-of-32-characters-for-tests");

async function copyOf<Module>(load: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  return load();
}

describe("an object that is one per process", () => {
  it("is the one that the first copy offered", async () => {
    const copy = await copyOf(() => import("../src/one-per-process.ts"));
    expect(copy.onePerProcess).not.toBe(onePerProcess);
    const first = onePerProcess("test/1", { from: "first" });
    expect(copy.onePerProcess("test/1", { from: "copy" })).toBe(first);
    expect(copy.onePerProcess("test/2", { from: "copy" })).toEqual({ from: "copy" });
  });

  it("is the memory of warnings: two copies give a warning once", async () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockReturnValue();
    const one = await copyOf(() => import("../src/index.ts"));
    const other = await copyOf(() => import("../src/index.ts"));
    await one.createStore(one.keysFromStrings("short"), one.withMemory());
    await other.createStore(other.keysFromStrings("short"), other.withMemory());
    expect(emitWarning).toHaveBeenCalledTimes(1);
    emitWarning.mockRestore();
  });
});

describe("a layout", () => {
  it("is the same in all copies", async () => {
    const copy = await copyOf(() => import("../src/one-per-process.ts"));
    declareLayout("@redistore/same", 1);
    expect(() => copy.declareLayout("@redistore/same", 1)).not.toThrow();
  });

  it("of another version is refused, with what was found and what to do", async () => {
    const copy = await copyOf(() => import("../src/one-per-process.ts"));
    declareLayout("@redistore/other", 1);
    const declare = (): void => copy.declareLayout("@redistore/other", 2);
    expect(declare).toThrow(ConfigError);
    expect(declare).toThrow(
      "Two versions of @redistore/other are in use in this process that cannot work together: one shares objects of layout 1, the other of layout 2. `npm ls @redistore/other` shows",
    );
  });

  it("of another version of core is refused where a store or records are made, and where a store is given", async () => {
    const store = await createStore(KEYS, withMemory());
    // The version that declares first is the one that works.
    const layouts = Reflect.get(globalThis, Symbol.for("@redistore/layouts/1"));
    (layouts as Map<string, number>).set("@redistore/core", 2);
    const message = "Two versions of @redistore/core";
    await expect(createStore(KEYS, withMemory())).rejects.toThrow(message);
    await expect(createRecords(withMemory())).rejects.toThrow(message);
    expect(() => openStore("getSession", store)).toThrow(message);
    expect(() => openStore("getSession", () => store)).toThrow(message);
  });
});
