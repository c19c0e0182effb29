// What is set in place of the whole session: null ends it, an object takes the place of all data.
import { inspect } from "node:util";
import type { Context } from "koa";
import { describe, expect, it } from "vitest";
import { getSession } from "../src/index.ts";
import { handlers } from "./serve.ts";

const login = (ctx: Context): void => {
  ctx.session.views = 1;
  ctx.session.user = "ada";
};
const show = (): void => {};

describe("ctx.session = null", () => {
  it("ends the session with the response, and is null until then", async () => {
    const { browser, store } = await handlers({
      login,
      logout: (ctx) => {
        ctx.session = null;
        return inspect([ctx.session && { ...ctx.session }, getSession(ctx).values]);
      },
    });
    await browser.visit("/login");
    const { text, setCookie } = await browser.visit("/logout");
    expect(text).toBe("[ null, [Object: null prototype] {} ]");
    expect(setCookie).toEqual([expect.stringMatching(/^session=;.*Max-Age=0/)]);
    expect(await store.count()).toBe(0);
  });

  it("sends nothing where there was no session", async () => {
    const { browser, gated } = await handlers({
      logout: (ctx) => {
        ctx.session.views = 1;
        ctx.session = null;
      },
    });
    expect((await browser.visit("/logout")).setCookie).toEqual([]);
    expect(gated.saves).toBe(0);
  });

  it("begins a session without a principal, under another id, if data follow", async () => {
    const { browser, store } = await handlers({
      login: async (ctx) => {
        await getSession(ctx).regenerate({ principal: "ada" });
        login(ctx);
      },
      logout: (ctx) => {
        ctx.session.maxAge = 5000;
        ctx.session = null;
        ctx.session = { views: 0 };
        return inspect([ctx.session && { ...ctx.session }, ctx.session.maxAge]);
      },
      show: (ctx) => inspect([ctx.session && { ...ctx.session }, getSession(ctx).principal]),
    });
    await browser.visit("/login");
    const thief = browser.clone();
    const { text, setCookie } = await browser.visit("/logout");
    expect(text).toBe("[ { views: 0 }, 5000 ]");
    expect(setCookie).toEqual([expect.stringMatching(/^session=.+; Max-Age=5;/)]);
    expect((await browser.visit("/show")).text).toBe("[ { views: 0 }, undefined ]");
    expect((await thief.visit("/show")).text).toBe("[ {}, undefined ]");
    expect(await store.count()).toBe(1);
  });

  it("begins it also where the old one has ended meanwhile", async () => {
    const { browser, store } = await handlers({
      login,
      logout: async (ctx) => {
        await store.records.destroy(getSession(ctx).id);
        ctx.session = null;
        ctx.session = { views: 0 };
      },
      show,
    });
    await browser.visit("/login");
    expect((await browser.visit("/logout")).status).toBe(200);
    expect((await browser.visit("/show")).text).toBe('{"views":0}');
  });

  it("lets a login begin it", async () => {
    const { browser } = await handlers({
      login,
      again: async (ctx) => {
        ctx.session = null;
        ctx.session = null;
        ctx.session = { user: "bob" };
        ctx.session.maxAge = 7000;
        await ctx.session.regenerate({ principal: "bob" });
      },
      show: (ctx) =>
        inspect([ctx.session && { ...ctx.session }, ctx.session.maxAge, getSession(ctx).principal]),
    });
    await browser.visit("/login");
    await browser.visit("/again");
    expect((await browser.visit("/show")).text).toBe("[ { user: 'bob' }, 7000, 'bob' ]");
  });

  it("keeps the lifetime that a session had before it was ended, twice even", async () => {
    const { browser } = await handlers({
      set: (ctx) => {
        ctx.session = null;
        ctx.session = null;
        ctx.session = { views: 0 };
        return String(ctx.session.maxAge);
      },
    });
    expect((await browser.visit("/set")).text).toBe(String(30 * 86_400_000));
  });

  it("ends that one, too", async () => {
    const { browser, store } = await handlers({
      login,
      logout: (ctx) => {
        ctx.session = null;
        ctx.session = { views: 0 };
        ctx.session = null;
      },
    });
    await browser.visit("/login");
    expect((await browser.visit("/logout")).text).toBe("null");
    expect([browser.cookies.size, await store.count()]).toEqual([0, 0]);
  });

  it("begins it at once where the data that follow are saved", async () => {
    const { browser, store } = await handlers({
      login,
      again: async (ctx) => {
        ctx.session = null;
        ctx.session = { user: "bob" };
        await ctx.session.save();
        return inspect([await store.count(), { ...ctx.session }]);
      },
      show,
    });
    await browser.visit("/login");
    expect((await browser.visit("/again")).text).toBe("[ 1, { user: 'bob' } ]");
    expect((await browser.visit("/show")).text).toBe('{"user":"bob"}');
  });
});

describe("ctx.session = data", () => {
  it("replaces all data, under the same id", async () => {
    const { browser } = await handlers({
      login,
      replace: (ctx) => {
        ctx.session = { views: 7 };
      },
      extend: (ctx) => {
        ctx.session = { ...ctx.session, user: "bob" };
      },
      same: (ctx) => {
        // eslint-disable-next-line no-self-assign -- it is an accessor
        ctx.session = ctx.session;
      },
    });
    await browser.visit("/login");
    const { setCookie, text } = await browser.visit("/replace");
    expect({ setCookie, text }).toEqual({ setCookie: [], text: '{"views":7}' });
    expect((await browser.visit("/extend")).text).toBe('{"views":7,"user":"bob"}');
    expect((await browser.visit("/same")).text).toBe('{"views":7,"user":"bob"}');
  });

  it.each([[undefined], ["text"], [1], [[]]])("refuses %j", async (value) => {
    const { browser } = await handlers({
      login,
      set: (ctx) => {
        expect(() => (ctx.session = value as never)).toThrow("ctx.session cannot be set to");
      },
    });
    await browser.visit("/login");
    expect((await browser.visit("/set")).text).toBe('{"views":1,"user":"ada"}');
  });
});
