// What requests do with stock koa-session and our store: log in, regenerate, log out, one after the other and at the same time.
import { describe, expect, it } from "vitest";
import { type Context, gate, hosts, openRecords, type Page, play } from "./stage.ts";

const logout: Page = (ctx) => void ((ctx as { session: unknown }).session = null);
const show: Page = (ctx) => void (ctx.body = ctx.session);
const start: Page = (ctx) => void (ctx.session["started"] = true);

const login: Page = async (ctx) => {
  ctx.session["user"] = "ada";
  await ctx.session.regenerate();
};

const shown = (text: string) => JSON.parse(text) as Record<string, unknown>;
const gone = { status: 409, setCookie: [] };

describe.each(hosts)("a request to %s", (_host, host) => {
  it("goes on with what an earlier one stored, until a logout", async () => {
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      { "/start": start, "/": show, "/out": logout },
    );
    await browser.visit("/start");
    expect(shown((await browser.visit("/")).text)).toEqual({ started: true });
    const old = browser.clone();
    await browser.visit("/out");
    expect(await records.count()).toBe(0);
    expect(shown((await old.visit("/")).text)).toEqual({});
  });

  it("replaces the whole session by an object, under the same key", async () => {
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      { "/start": start, "/": show, "/all": (ctx) => (ctx.session = { user: "ada" } as never) },
    );
    await browser.visit("/start");
    await browser.visit("/all");
    expect(shown((await browser.visit("/")).text)).toEqual({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("keeps its data under a new key where it regenerates", async () => {
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      { "/start": start, "/login": login, "/": show },
    );
    await browser.visit("/start");
    const old = browser.clone();
    await browser.visit("/login");
    expect(shown((await browser.visit("/")).text)).toEqual({ started: true, user: "ada" });
    expect(shown((await old.visit("/")).text)).toEqual({});
    expect(await records.count()).toBe(1);
  });

  it("takes along what others stored before it regenerates", async () => {
    const held = gate();
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      {
        "/start": start,
        "/": show,
        "/write": (ctx) => (ctx.session["written"] = true),
        "/login": async (ctx) => {
          await held.pass();
          await login(ctx);
        },
      },
    );
    await browser.visit("/start");
    const loggedIn = browser.visit("/login");
    await held.came;
    await browser.clone().visit("/write");
    held.open();
    await loggedIn;
    const data = { started: true, written: true, user: "ada" };
    expect(shown((await browser.visit("/")).text)).toEqual(data);
  });

  it("cannot regenerate what a logout has ended, and is told so", async () => {
    const held = gate();
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      {
        "/start": start,
        "/out": logout,
        "/login": async (ctx) => {
          await held.pass();
          await login(ctx);
        },
      },
    );
    await browser.visit("/start");
    const loggedIn = browser.visit("/login");
    await held.came;
    await browser.clone().visit("/out");
    held.open();
    expect(await loggedIn).toMatchObject(gone);
    expect(await records.count()).toBe(0);
  });

  it("cannot save a session from a logout that still has the old key", async () => {
    const [held, out] = [gate(), gate()];
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      {
        "/start": start,
        "/out": async (ctx) => {
          await out.pass();
          await logout(ctx);
        },
        "/login": async (ctx) => {
          await ctx.session.regenerate();
          await held.pass();
          ctx.session["user"] = "ada";
        },
      },
    );
    await browser.visit("/start");
    const loggedOut = browser.clone().visit("/out");
    await out.came;
    const loggedIn = browser.visit("/login");
    await held.came;
    out.open();
    expect((await loggedOut).status).toBe(200);
    held.open();
    expect(await loggedIn).toMatchObject(gone);
    expect(await records.count()).toBe(0);
  });

  it("reads a session that a logout ends at the same time, and is answered as usual", async () => {
    const read = gate();
    const records = await openRecords();
    const readSlowly = async (ctx: Context) => {
      await read.pass();
      ctx.body = ctx.session;
    };
    const { browser } = await play(
      { host, records },
      { "/start": start, "/out": logout, "/read": readSlowly },
    );
    await browser.visit("/start");
    const reading = browser.visit("/read");
    await read.came;
    await browser.clone().visit("/out");
    read.open();
    expect(await reading).toMatchObject({ status: 200, setCookie: [] });
    expect(await records.count()).toBe(0);
  });

  it("is answered 503 where its session cannot be stored, or not be loaded, with no cookie", async () => {
    const records = await openRecords();
    const { browser } = await play(
      { host, records },
      {
        "/start": start,
        "/fail": async (ctx) => {
          ctx.session["x"] = 1;
          await records.close();
        },
      },
    );
    await browser.visit("/start");
    for (const path of ["/fail", "/start"]) {
      const answer = await browser.visit(path);
      expect(answer).toMatchObject({ status: 503, setCookie: [] });
      expect(answer.headers["retry-after"]).toBe("1");
    }
  });
});
