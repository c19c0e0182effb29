// Koa drops all headers for an error response: the cookie of a session that was stored under a new key goes with it all the same.
import { describe, expect, it } from "vitest";
import { openTwice } from "../../../../test/drop-in/records.ts";
import { hosts, openRecords, type Page, serve } from "./application.ts";

const start: Page = (ctx) => void (ctx.session["started"] = true);
const show: Page = (ctx) => void (ctx.body = ctx.session);
const logout: Page = (ctx) => void ((ctx as { session: unknown }).session = null);
const fail = (): never => {
  throw new Error("a bug");
};
describe.each(hosts)("an error response of %s", (_host, host) => {
  it("has the cookie of a session that was regenerated before Redis went away", async () => {
    const [records, observer] = await openTwice();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/login": async (ctx) => {
          await ctx.session.regenerate();
          ctx.session["user"] = "ada";
          await records.close();
        },
      },
    );
    await browser.visit("/start");
    const before = browser.cookies.get("koa.sess");
    expect((await browser.visit("/login")).status).toBe(503);
    const after = browser.cookies.get("koa.sess") ?? "";
    expect(after).not.toBe(before);
    const session = await observer.load(after);
    expect(session.state).toBe("live");
    expect(session.values).not.toHaveProperty("user");
  });

  it.each(["regenerated", "new"])(
    "for a bug of the handler has the cookie of a %s session",
    async (what) => {
      const records = await openRecords();
      const { browser } = await serve(
        { host, records },
        {
          "/start": start,
          "/": show,
          "/new": (ctx) => {
            ctx.session["user"] = "ada";
            fail();
          },
          "/regenerated": async (ctx) => {
            ctx.session["user"] = "ada";
            await ctx.session.regenerate();
            fail();
          },
        },
      );
      if (what === "regenerated") await browser.visit("/start");
      const { status, setCookie } = await browser.visit(`/${what}`);
      // The second one is the signature.
      expect([status, setCookie.length]).toEqual([500, 2]);
      expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
      expect(await records.count()).toBe(1);
    },
  );

  it("leaves the cookie out where koa-session could not set it either", async () => {
    const records = await openRecords();
    const { browser, errors } = await serve(
      { host, records, options: { secure: true } },
      { "/new": (ctx) => void (ctx.session["user"] = "ada") },
    );
    expect(await browser.visit("/new")).toMatchObject({ status: 500, setCookie: [] });
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(/secure/) })]);
  });

  it("is sent all the same if its cookie cannot be set again, and Koa emits why", async () => {
    const { browser, errors } = await serve(
      { host, records: await openRecords() },
      {
        "/new": (ctx) => {
          ctx.session["user"] = "ada";
          const { cookies } = ctx as unknown as { cookies: { set(...args: unknown[]): unknown } };
          const set = cookies.set.bind(cookies);
          // Koa emits the handler's error before it sends the error response.
          cookies.set = (...args) => {
            if (errors.length > 0) throw new Error("no such key");
            return set(...args);
          };
          fail();
        },
      },
    );
    expect((await browser.visit("/new")).status).toBe(500);
    // `end` and the `writeHead` within it both set it again.
    expect(new Set(errors.map(String))).toEqual(new Set(["Error: a bug", "Error: no such key"]));
  });

  it("has no cookie of a session that ended again", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/out": async (ctx) => {
          await ctx.session.regenerate();
          await logout(ctx);
          fail();
        },
      },
    );
    await browser.visit("/start");
    expect(await browser.visit("/out")).toMatchObject({ status: 500, setCookie: [] });
    expect(await records.count()).toBe(0);
  });
});
