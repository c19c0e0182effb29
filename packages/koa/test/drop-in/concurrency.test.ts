// Concurrent requests of one session on koa-session: no write is lost and no logout is undone.
import { describe, expect, it } from "vitest";
import { backends, type Context, gate, hosts, openRecords, serve } from "./application.ts";

const WRITERS = 200;
const SLOW = 40;

const times = <Result>(count: number, act: (each: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, each) => act(each)));

const view = (ctx: Context): void => {
  ctx.session["visits"] = Number(ctx.session["visits"] ?? 0) + 1;
  ctx.body = ctx.session.externalKey;
};

describe.each(hosts)("%s", (_host, host) => {
  describe.each(backends)("over %s", (_backend, connection) => {
    it(`keeps the writes of ${WRITERS} concurrent requests`, async () => {
      const writers = gate(WRITERS);
      let next = 0;
      const { browser, errors } = await serve(
        { host, records: await openRecords(connection()) },
        {
          "/start": (ctx) => (ctx.session["started"] = true),
          "/write": async (ctx) => {
            const key = `key${next++}`;
            await writers.pass();
            ctx.session[key] = true;
          },
          "/keys": (ctx) => (ctx.body = ctx.session),
        },
      );
      await browser.visit("/start");
      const writing = times(WRITERS, () => browser.visit("/write"));
      await writers.came;
      writers.open();
      expect((await writing).filter(({ status }) => status !== 200)).toEqual([]);
      const keys = Object.keys(JSON.parse((await browser.visit("/keys")).text) as object);
      const written = Array.from({ length: WRITERS }, (_, each) => `key${each}`);
      expect(new Set(keys)).toEqual(new Set(["started", ...written]));
      expect(errors).toEqual([]);
    });

    it(`sends 409 to ${SLOW} slow requests whose session has ended, and stores nothing`, async () => {
      const slow = gate(SLOW);
      const records = await openRecords(connection());
      const { browser, errors } = await serve(
        { host, records },
        {
          "/start": (ctx) => (ctx.session["user"] = "ada"),
          "/slow": async (ctx) => {
            await slow.pass();
            ctx.session["slow"] = true;
          },
          "/logout": (ctx) => ((ctx as { session: unknown }).session = null),
        },
      );
      await browser.visit("/start");
      const other = browser.clone();
      const responses = times(SLOW, () => browser.visit("/slow"));
      await slow.came;
      expect((await other.visit("/logout")).status).toBe(200);
      slow.open();
      expect((await responses).filter(({ status }) => status !== 409)).toEqual([]);
      expect((await responses).flatMap(({ setCookie }) => setCookie)).toEqual([]);
      expect(await records.count()).toBe(0);
      expect(errors).toHaveLength(SLOW);
    });

    it("begins a new session for a write with the cookie of one that was ended elsewhere", async () => {
      const records = await openRecords(connection());
      const { browser } = await serve({ host, records }, { "/": view });
      const { text: key } = await browser.visit("/");
      await records.destroy(key);
      const { status, text, setCookie } = await browser.visit("/");
      // The second one is the signature.
      expect([status, setCookie.length]).toEqual([200, 2]);
      expect(text).not.toBe(key);
      expect((await browser.visit("/")).text).toBe(text);
      expect(await records.count()).toBe(1);
    });
  });
});
