// How long sessions of koa-session live, and that concurrent requests keep a lifetime that one of them chose.
import { randomUUID } from "node:crypto";
import { createRecords, withDefaultMaxAge, withKeyPrefix, withURL } from "@redistore/core";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { KoaSessionStore } from "../../src/koa-session/index.ts";
import { ask } from "../../../../test/redis/ask.mjs";
import { type Data, gate, hosts, type Page, serve } from "./application.ts";

const [HOUR, DAY, MONTH] = [3_600_000, 86_400_000, 30 * 86_400_000];

/** Records in Redis, and the expiry of the only one: seconds, rounded up to hundreds because tests may be slow. */
async function open() {
  const prefix = `test-${randomUUID()}:`;
  const url = inject("redisUrl");
  const { port } = new URL(url);
  const records = await createRecords<Data>(
    withURL(url),
    withKeyPrefix(prefix),
    withDefaultMaxAge(500),
  );
  onTestFinished(() => records.close());
  const id = async () => {
    let found = "";
    for await (const each of records.ids()) found = each;
    return found;
  };
  const ttl = async () => {
    const reply = await ask(Number(port), "PTTL", prefix + (await id()));
    return Math.ceil(Number(reply.slice(1)) / 100_000) * 100;
  };
  return {
    records,
    ttl,
    /** The expiry that koa-session noted in the session; Unix milliseconds. */
    noted: async () => Number((await records.load(await id())).values["_expire"]),
  };
}

const start: Page = (ctx) => void (ctx.session["started"] = true);
const write: Page = (ctx) => void (ctx.session["written"] = Math.random());
const show: Page = (ctx) => void (ctx.body = { ...ctx.session, maxAge: ctx.session.maxAge });

const shown = (text: string) => JSON.parse(text) as Data;

describe.each(hosts)("the lifetime of a session of %s", (_host, host) => {
  it("is maxAge plus the ten seconds that koa-session adds", async () => {
    const { records, ttl } = await open();
    const { browser } = await serve(
      { host, records, options: { maxAge: HOUR } },
      { "/start": start },
    );
    await browser.visit("/start");
    expect(await ttl()).toBe(3700);
  });

  it("is a day without a maxAge", async () => {
    const { records, ttl } = await open();
    const { browser } = await serve({ host, records }, { "/start": start });
    await browser.visit("/start");
    expect(await ttl()).toBe(86_500);
  });

  it("is withDefaultMaxAge if the session ends with the browser, also after later saves", async () => {
    const { records, ttl } = await open();
    const { browser } = await serve(
      { host, records, options: { maxAge: "session" } },
      { "/start": start, "/write": write, "/": show },
    );
    const [cookie] = (await browser.visit("/start")).setCookie;
    expect(cookie).not.toMatch(/expires|max-age/i);
    expect(await ttl()).toBe(500);
    await browser.visit("/write");
    expect(await ttl()).toBe(500);
    expect(shown((await browser.visit("/")).text)).toMatchObject({ maxAge: "session" });
  });

  it("is the maxAge that a request sets, also in later requests", async () => {
    const { records, ttl } = await open();
    const remember: Page = (ctx) => void (ctx.session.maxAge = MONTH);
    const { browser } = await serve(
      { host, records },
      { "/start": start, "/remember": remember, "/write": write, "/": show },
    );
    await browser.visit("/start");
    await browser.visit("/remember");
    expect(await ttl()).toBe(MONTH / 1000 + 100);
    await browser.visit("/write");
    expect(await ttl()).toBe(MONTH / 1000 + 100);
    expect(shown((await browser.visit("/")).text)).toMatchObject({ maxAge: MONTH });
  });

  it.each(["before", "after"])(
    'keeps the "remember me" of a request that ends %s another request with an unrelated write',
    async (order) => {
      const [remembering, writing] = [gate(), gate()];
      const { records, ttl, noted } = await open();
      const { browser } = await serve(
        { host, records },
        {
          "/start": start,
          "/remember": async (ctx) => {
            await remembering.pass();
            ctx.session["user"] = "ada";
            ctx.session.maxAge = MONTH;
          },
          "/write": async (ctx) => {
            await writing.pass();
            await write(ctx);
          },
          "/": show,
        },
      );
      await browser.visit("/start");
      const first = { gate: remembering, response: browser.clone().visit("/remember") };
      const second = { gate: writing, response: browser.clone().visit("/write") };
      await Promise.all([remembering.came, writing.came]);
      for (const each of order === "before" ? [first, second] : [second, first]) {
        each.gate.open();
        await each.response;
      }
      expect(shown((await browser.visit("/")).text)).toMatchObject({
        user: "ada",
        written: expect.any(Number) as number,
        maxAge: MONTH,
      });
      expect(await ttl()).toBe(MONTH / 1000 + 100);
      expect((await noted()) - Date.now()).toBeGreaterThan(MONTH - DAY);
    },
  );

  it("is extended by every request with `rolling`", async () => {
    const { records, noted } = await open();
    const { browser } = await serve(
      { host, records, options: { rolling: true, maxAge: HOUR } },
      { "/start": start, "/": show },
    );
    await browser.visit("/start");
    const before = await noted();
    await expect.poll(() => Date.now()).toBeGreaterThan(before - HOUR);
    await browser.visit("/");
    expect(await noted()).toBeGreaterThan(before);
  });
});

describe("the option ttl", () => {
  it("decides the lifetime by the values, and ends the session at 0", async () => {
    const { records, ttl } = await open();
    const store = new KoaSessionStore(records, {
      ttl: ({ remembered, over }) => (over === true ? 0 : remembered === true ? 7200 : 600),
    });
    const [ctx, later] = [{}, {}] as { res: never }[] as never[];
    await store.set("key", { n: 1 }, HOUR);
    expect(await ttl()).toBe(600);
    const loaded = await store.get("key", HOUR, { ctx });
    await store.set("key", { ...loaded, remembered: true }, HOUR, { ctx });
    expect(await ttl()).toBe(7200);
    const again = await store.get("key", HOUR, { ctx: later });
    await store.set("key", { ...again, over: true }, HOUR, { ctx: later });
    expect(await store.get("key")).toBeUndefined();
  });

  it("is refused if it is no function", async () => {
    const { records } = await open();
    expect(() => new KoaSessionStore(records, { ttl: 60 as never })).toThrow(/It takes a function/);
  });
});
