// A login on koa-session that sets another user's id: of the first user's values nothing may come along.
import { withMemory, withPrincipal } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { KoaSessionStore } from "../../src/koa-session/index.ts";
import { type Data, hosts, openRecords, type Page, serve } from "./application.ts";

const HOUR = 3_600_000;

const open = () =>
  openRecords(
    withMemory(),
    withPrincipal(({ user }: Data) => user as string | undefined),
  );

const ada = { user: "ada", secret: "x", basket: { apples: 1 } };

describe.each(hosts)("another user's login on %s", (_, host) => {
  /** Ada's session, then the request `login`. Returns what it responded, and what is stored after it. */
  async function logIn(login: Page) {
    const records = await open();
    const { browser, errors, store } = await serve(
      { host, records },
      {
        "/ada": (ctx) => {
          Object.assign(ctx.session, ada);
          ctx.session.maxAge = HOUR;
        },
        "/login": login,
      },
    );
    await browser.visit("/ada");
    const { text } = await browser.visit("/login");
    expect(errors).toEqual([]);
    let id = "";
    for await (id of records.ids());
    const { _expire, _maxAge, ...values } = (await store.get(id)) ?? {};
    return { text, values, _expire, _maxAge };
  }

  it("takes nothing of the first user along, however often its request saves", async () => {
    const { text, values } = await logIn(async (ctx) => {
      ctx.session["user"] = "bob";
      await ctx.session.save();
      ctx.session["seen"] = 1;
      await ctx.session.save();
      ctx.session["seen"] = 2;
      ctx.body = ctx.session;
    });
    expect(values).toEqual({ user: "bob", seen: 2 });
    expect(JSON.parse(text)).toEqual({ user: "bob", seen: 2 });
  });

  it("stores what the request sets after it, also if the first user had the same", async () => {
    const { values } = await logIn(async (ctx) => {
      ctx.session["user"] = "bob";
      await ctx.session.save();
      ctx.session["secret"] = "x";
    });
    expect(values).toEqual({ user: "bob", secret: "x" });
  });

  it("stores what the request sets while it is saved", async () => {
    const { values } = await logIn(async (ctx) => {
      ctx.session["user"] = "bob";
      const saved = ctx.session.save();
      ctx.session["secret"] = "bob's";
      ctx.session["seen"] = 1;
      await saved;
    });
    expect(values).toEqual({ user: "bob", secret: "bob's", seen: 1 });
  });

  it("takes nothing along if two saves overlap", async () => {
    const { values } = await logIn(async ({ session }) => {
      session["user"] = "bob";
      await Promise.all([session.save(), session.save()]);
      session["seen"] = 1;
    });
    expect(values).toEqual({ user: "bob", seen: 1 });
  });

  it("takes nothing along to another key either, and is not lost", async () => {
    const { text, values } = await logIn(async (ctx) => {
      ctx.session["user"] = "bob";
      await ctx.session.regenerate();
      ctx.session["seen"] = 1;
      ctx.body = ctx.session;
    });
    expect(values).toEqual({ user: "bob", seen: 1 });
    expect(JSON.parse(text)).toEqual({ user: "bob", seen: 1 });
  });

  it("keeps the lifetime that koa-session notes in the session", async () => {
    const { values, _expire, _maxAge } = await logIn((ctx) => {
      ctx.session["user"] = "bob";
    });
    expect({ values, _maxAge }).toEqual({ values: { user: "bob" }, _maxAge: HOUR });
    expect(_expire).toBeGreaterThan(Date.now());
  });

  it("is told apart from further saves of the same user, which lose nothing", async () => {
    const { text, values } = await logIn(async (ctx) => {
      ctx.session["seen"] = 1;
      await ctx.session.save();
      delete ctx.session["basket"];
      await ctx.session.save();
      ctx.session["basket"] = { apples: 1 };
      ctx.session["seen"] = 2;
      ctx.body = ctx.session;
    });
    expect(values).toEqual({ ...ada, seen: 2 });
    expect(JSON.parse(text)).toEqual({ ...ada, seen: 2 });
  });
});

it("takes nothing along if the store cannot reach koa-session's object", async () => {
  const store = new KoaSessionStore(await open());
  const data = (values: object) => ({ ...values, _expire: Date.now() + HOUR, _maxAge: HOUR });
  await store.set("key", data(ada), HOUR);
  const options = { ctx: {} };
  await store.get("key", HOUR, options);
  for (const seen of [1, 2]) {
    await store.set("key", data({ ...ada, user: "bob", seen }), HOUR, options);
    const { _expire: _, ...values } = (await store.get("key")) ?? {};
    expect(values).toEqual({ user: "bob", seen, _maxAge: HOUR });
  }
  await store.set("key", data({ ...ada, user: "bob", secret: "bob's" }), HOUR, options);
  expect(await store.get("key")).toMatchObject({ user: "bob", secret: "bob's" });
});
