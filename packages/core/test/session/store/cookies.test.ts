// Which responses carry a cookie, and which do not.
import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "../../../src/errors.ts";
import { rejection } from "../records/steps.ts";
import { openStore } from "./open-store.ts";

const DAY = 86_400;
const count = (values: Record<string, unknown>): void => {
  values["n"] = Number(values["n"] ?? 0) + 1;
};
const touchValues = ({ values }: { values: Record<string, unknown> }): void => count(values);

describe("the cookie of a session", () => {
  it("is sent when the session is stored first, and not with plain saves after it", async () => {
    const { browser, store } = await openStore();
    const session = await browser.load();
    session.values["a"] = 1;
    const cookies = await store.save(session);
    expect(cookies.map(({ name }) => name)).toEqual(["session"]);
    expect(await store.save(session)).toEqual([]);
    session.values["a"] = 2;
    expect(await store.save(session)).toEqual([]);
    browser.receive(cookies);
    expect(await browser.request(touchValues)).toEqual([]);
  });

  it("is handed out once, by whichever call comes first", async () => {
    const { store } = await openStore();
    const session = store.create();
    session.values["a"] = 1;
    await session.save();
    expect(store.needsSave(session)).toBe(true);
    expect(await store.save(session)).toHaveLength(1);
    expect(store.needsSave(session)).toBe(false);
    expect(await store.save(session)).toEqual([]);
  });

  it("is renewed with a save after a tenth of its age, and not by reading", async () => {
    const { browser, clock } = await openStore();
    await browser.request(touchValues);
    clock.now += 3 * DAY - 1;
    expect(await browser.request(touchValues)).toEqual([]);
    clock.now += 1;
    expect(await browser.request()).toEqual([]);
    expect(await browser.request(touchValues)).toHaveLength(1);
    expect(await browser.request(touchValues)).toEqual([]);
    clock.now += 3 * DAY;
    expect(await browser.request((session) => session.update(count))).toHaveLength(1);
    expect((await browser.load()).values).toEqual({ n: 5 });
  });

  it("is renewed by a touch, without data and without a change", async () => {
    const { browser, clock, steps } = await openStore();
    await browser.request(touchValues);
    steps.length = 0;
    clock.now += 20 * DAY;
    expect(await browser.request((session) => session.touch())).toHaveLength(1);
    expect(steps).toEqual(["get", "touch"]);
    clock.now += 20 * DAY;
    expect((await browser.load()).values).toEqual({ n: 1 });
  });

  it("of a browser session is renewed too, before its signature is too old", async () => {
    const { browser, clock } = await openStore({ cookie: { maxAge: 30 * DAY } });
    await browser.request((session) => {
      session.options.maxAge = 0;
      session.values["n"] = 0;
    });
    for (let day = 1; day <= 40; day++) {
      for (let rest = 0; rest < DAY; rest += 1000) {
        clock.now += 1000;
        await browser.request(touchValues);
      }
    }
    expect((await browser.load()).values).toEqual({ n: 40 * Math.ceil(DAY / 1000) });
  });

  it("changes with the id, and is the only one that is good then", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const old = browser.jar.get("session") ?? "";
    const cookies = await browser.request((session) => session.regenerate({ principal: "ada" }));
    expect(cookies).toHaveLength(1);
    expect((await browser.load()).principal).toBe("ada");
    expect((await store.load("session", old)).rejected).toBe("gone");
  });

  it("of a renewed session is not sent to a request with the old one, which may be stolen", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const old = browser.jar.get("session") ?? "";
    await browser.request((session) => session.regenerate({ grace: 60 }));
    const late = await store.load("session", old);
    expect([late.rejected, late.values["n"]]).toEqual([undefined, 1]);
    expect(store.needsSave(late)).toBe(false);
    late.values["late"] = 1;
    expect(await store.save(late)).toEqual([]);
    late.options.maxAge = 60;
    expect(await store.save(late)).toEqual([]);
    expect((await browser.load()).values["late"]).toBe(1);
  });

  it("of a renewed session is sent to a request with the old one if it was not used for a whole grace period", async () => {
    const { browser, store, clock } = await openStore();
    await browser.request(touchValues);
    const old = browser.jar.get("session") ?? "";
    await browser.request((session) => session.regenerate({ grace: 60 }));
    clock.now += 60;
    const late = await store.load("session", old);
    expect(store.needsSave(late)).toBe(true);
    const [cookie] = await store.save(late);
    expect((await store.load("session", cookie?.value ?? "")).id).toBe(late.id);
  });

  it("is cleared where a session was ended, once, and nowhere else", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const [one, two] = [await browser.load(), await browser.load()];
    const [cleared, ...more] = await store.destroy(one);
    expect(String(cleared)).toContain("session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT");
    expect(cleared?.isRenewal).toBe(false);
    expect(more).toEqual([]);
    expect(await store.save(one)).toEqual([]);
    expect(await store.destroy(one)).toEqual([]);
    expect(await store.destroy(two)).toEqual([]);
    expect(await store.destroy(store.create())).toEqual([]);
  });

  it("is that of the new session where a logout and a login come in one request", async () => {
    const { browser } = await openStore();
    await browser.request(touchValues);
    const cookies = await browser.request(async (session) => {
      await session.destroy();
      await session.regenerate({ principal: "bob" });
    });
    expect(cookies).toHaveLength(1);
    expect((await browser.load()).principal).toBe("bob");
  });

  it("is neither cleared nor set by an older request that finds the session gone", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const slow = await browser.load();
    await browser.request((session) => session.regenerate({ principal: "ada" }));
    expect(await store.save(slow)).toEqual([]);
    slow.values["late"] = 1;
    expect(store.needsSave(slow)).toBe(true);
    await rejection(store.save(slow));
    expect(store.cookiesOwed(slow)).toEqual([]);
    expect((await browser.load()).principal).toBe("ada");
  });
});

describe("an error response", () => {
  it("carries the cookie of a session that moved before the save failed", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const session = await browser.load();
    await session.regenerate({ principal: "ada" });
    session.values["bad"] = Number.NaN;
    await rejection(store.save(session));
    const owed = store.cookiesOwed(session);
    browser.receive(owed);
    expect(owed).toHaveLength(1);
    expect(store.cookiesOwed(session)).toEqual([]);
    expect((await browser.load()).principal).toBe("ada");
  });

  it("clears the cookie of a session that ended before something else failed", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const session = await browser.load();
    await session.destroy();
    session.values["a"] = 1;
    await rejection(store.save(session));
    expect(store.cookiesOwed(session).map(String)).toEqual([expect.stringContaining("Max-Age=0")]);
  });

  it("carries no cookie of a session that could not be stored, and none that is merely due", async () => {
    const { browser, store, backend, clock } = await openStore();
    await browser.request(touchValues);
    clock.now += 10 * DAY;
    const session = await browser.load();
    session.values["bad"] = () => 1;
    await rejection(store.save(session));
    expect(store.cookiesOwed(session)).toEqual([]);
    const fresh = store.create();
    fresh.values["a"] = 1;
    await backend.close();
    expect(await rejection(store.save(fresh))).toBeInstanceOf(StoreUnavailableError);
    expect(store.cookiesOwed(fresh)).toEqual([]);
    expect(await rejection(store.destroy(session))).toBeInstanceOf(StoreUnavailableError);
    expect(store.cookiesOwed(session)).toEqual([]);
  });

  it("carries no attributes that were refused", async () => {
    const { browser, store } = await openStore();
    await browser.request(touchValues);
    const session = await browser.load();
    session.options.path = "/app";
    await session.regenerate({ principal: "ada" });
    session.options.domain = "evil.example; Path=/\r\nX: y";
    expect(String(await rejection(store.save(session)))).toContain("domain");
    const [owed] = store.cookiesOwed(session);
    expect(String(owed)).toMatch(/^session=[^;]+; Path=\/app; Expires=/);
    expect(String(owed)).not.toContain("evil");
  });
});
