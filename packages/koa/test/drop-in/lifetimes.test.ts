// How long the sessions of stock koa-session live, and that nobody's choice of that is undone by others.
import { randomUUID } from "node:crypto";
import { createRecords, withDefaultMaxAge, withKeyPrefix, withURL } from "@redistore/core";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { ask } from "../../../../test/redis/ask.mjs";
import { type Data, gate, hosts, type Page, play } from "./stage.ts";

const [HOUR, DAY, MONTH] = [3_600_000, 86_400_000, 30 * 86_400_000];

/** Records in Redis, and for how long the one there is will be kept: in seconds, rounded up to hundreds, for tests may be slow. */
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
    /** When koa-session itself thinks that it expires; Unix milliseconds. */
    noted: async () => Number((await records.load(await id())).values["_expire"]),
  };
}

const start: Page = (ctx) => void (ctx.session["started"] = true);
const write: Page = (ctx) => void (ctx.session["written"] = Math.random());
const show: Page = (ctx) => void (ctx.body = { ...ctx.session, maxAge: ctx.session.maxAge });

const shown = (text: string) => JSON.parse(text) as Data;

describe.each(hosts)("the lifetime of a session of %s", (_host, host) => {
  it("is its maxAge, and the ten seconds that koa-session adds", async () => {
    const { records, ttl } = await open();
    const { browser } = await play(
      { host, records, options: { maxAge: HOUR } },
      { "/start": start },
    );
    await browser.visit("/start");
    expect(await ttl()).toBe(3700);
  });

  it("is a day without a maxAge", async () => {
    const { records, ttl } = await open();
    const { browser } = await play({ host, records }, { "/start": start });
    await browser.visit("/start");
    expect(await ttl()).toBe(86_500);
  });

  it("is that of the records where it ends with the browser, for good", async () => {
    const { records, ttl } = await open();
    const { browser } = await play(
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

  it("is what a request makes it, also for later ones", async () => {
    const { records, ttl } = await open();
    const remember: Page = (ctx) => void (ctx.session.maxAge = MONTH);
    const { browser } = await play(
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
    'keeps the "remember me" of a request that ends %s another one that writes something else',
    async (order) => {
      const [remembering, writing] = [gate(), gate()];
      const { records, ttl, noted } = await open();
      const { browser } = await play(
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
      const first = { gate: remembering, answer: browser.clone().visit("/remember") };
      const second = { gate: writing, answer: browser.clone().visit("/write") };
      await Promise.all([remembering.came, writing.came]);
      for (const each of order === "before" ? [first, second] : [second, first]) {
        each.gate.open();
        await each.answer;
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

  it("is put off by rolling sessions with every request", async () => {
    const { records, noted } = await open();
    const { browser } = await play(
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
