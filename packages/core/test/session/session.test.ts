// One session of one request, as handlers use it.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { generateKeys, keysFromStrings } from "../../src/codec/keys.ts";
import { withMemory } from "../../src/options/connection-options.ts";
import { createStore } from "../../src/session/create-store.ts";
import { Browser } from "./store/browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());

describe("a session", () => {
  it("keeps flashes for the next request, by key", async () => {
    const browser = new Browser(await createStore<Values>(KEYS, withMemory()));
    await browser.request((session) => {
      session.addFlash("saved");
      session.addFlash("careful", "warnings");
    });
    const seen: unknown[] = [];
    for (let request = 1; request <= 2; request++) {
      await browser.request((session) => {
        seen.push(session.flashes(), session.flashes("warnings"));
      });
    }
    expect(seen).toEqual([["saved"], ["careful"], [], []]);
  });

  it("gives each flash to one of two requests at once, if they take them", async () => {
    const browser = new Browser(await createStore<Values>(KEYS, withMemory()));
    await browser.request((session) => session.addFlash("saved"));
    const [one, two] = [await browser.load(), await browser.load()];
    const taken = await Promise.all([one.takeFlashes(), two.takeFlashes()]);
    expect(taken.flat()).toEqual(["saved"]);
    expect((await browser.load()).flashes()).toEqual([]);
  });

  it("has a public id that is stable, and is not its id", async () => {
    const browser = new Browser(await createStore<Values>(KEYS, withMemory()));
    await browser.request(({ values }) => (values["a"] = 1));
    const [one, two] = [await browser.load(), await browser.load()];
    expect(one.publicId).toBe(two.publicId);
    expect(one.publicId).toMatch(/^[\w-]{22}$/);
    expect(one.id).not.toContain(one.publicId);
    await one.regenerate();
    expect(one.publicId).not.toBe(two.publicId);
    await one.destroy();
    expect(one.publicId).toBe("");
  });

  it("shows no secret where it is logged", async () => {
    const browser = new Browser(await createStore<Values>(KEYS, withMemory()));
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    expect(inspect(session, { depth: 10, showHidden: true })).not.toContain(session.id);
    expect(JSON.stringify(session)).not.toContain(session.id);
  });

  it("has one object of values, which cannot be replaced by mistake", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const session = store.create();
    expect(Object.getPrototypeOf(session.values)).toBeNull();
    expect(() => Object.assign(session, { values: { a: 1 } })).toThrow(TypeError);
    const { values } = session;
    values["a"] = 1;
    await session.update((newest) => (newest["b"] = 2));
    await session.reload();
    expect(session.values).toBe(values);
    expect(values).toEqual({ a: 1, b: 2 });
  });

  it("is opened by its id alone: a public id is no id, nor does looking for one leave anything", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const browser = new Browser(store);
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    const record = await store.records.load(session.publicId);
    expect([record.state, record.values]).toEqual(["new", {}]);
    expect(await store.records.destroy(session.publicId)).toBe(false);
    expect(await store.count()).toBe(1);
  });

  it("notices what is changed deep inside its values", async () => {
    const browser = new Browser(await createStore<Values>(KEYS, withMemory()));
    await browser.request(({ values }) => (values["cart"] = { items: [{ count: 1 }] }));
    await browser.request(({ values }) => {
      (values["cart"] as { items: { count: number }[] }).items.push({ count: 2 });
    });
    expect((await browser.load()).values).toEqual({
      cart: { items: [{ count: 1 }, { count: 2 }] },
    });
  });
});
