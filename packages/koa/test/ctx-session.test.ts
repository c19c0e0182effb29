// What ctx.session is to those who know koa-session: data, a few members, null and whole objects.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { getSession } from "../src/index.ts";
import { type Data, scene } from "./serve.ts";

/** Serves `/name` by the handler of that name. */
async function handlers(
  byName: Record<string, (ctx: import("koa").Context) => unknown>,
): Promise<Awaited<ReturnType<typeof scene>>> {
  return scene((app) => {
    app.use(async (ctx) => {
      ctx.body = (await byName[ctx.path.slice(1)]?.(ctx)) ?? JSON.stringify(ctx.session);
    });
  });
}

const login = (ctx: import("koa").Context): void => {
  ctx.session.views = 1;
  ctx.session.user = "ada";
};
const show = (): void => {};

describe("ctx.session", () => {
  it("holds data under any name that is not its own, also those of Object.prototype", async () => {
    const { browser } = await handlers({
      set: ({ session }) => {
        const data = session as unknown as Data;
        Object.assign(data, { name: "n", constructor: 1, destroy: 2, ["__proto__"]: 3 });
        delete data["name"];
        return inspect([Object.keys(data), "constructor" in data, data["toString"] !== undefined]);
      },
      show,
    });
    expect((await browser.visit("/set")).text).toBe(
      inspect([["constructor", "destroy", "__proto__"], true, true]),
    );
    expect((await browser.visit("/show")).text).toBe('{"constructor":1,"destroy":2,"__proto__":3}');
  });

  it("is the same data as the values of the core session", async () => {
    const { browser } = await handlers({
      both: (ctx) => {
        ctx.session.views = 1;
        getSession(ctx).values.user = "ada";
        return inspect([ctx.session, getSession(ctx).values]);
      },
    });
    expect((await browser.visit("/both")).text).toBe(
      inspect([
        { views: 1, user: "ada" },
        Object.assign(Object.create(null), { views: 1, user: "ada" }),
      ]),
    );
  });

  it("knows how many values it has, and whether it is new", async () => {
    const { browser } = await handlers({
      look: ({ session }) => {
        const { isNew, length, populated } = session;
        session.views = 1;
        return inspect([isNew, length, populated, session.length, session.toJSON()]);
      },
    });
    expect((await browser.visit("/look")).text).toBe(inspect([true, 0, false, 1, { views: 1 }]));
    expect((await browser.visit("/look")).text).toBe(inspect([false, 1, true, 1, { views: 1 }]));
  });

  it.each(["isNew", "length", "populated", "save", "regenerate", "toJSON"])(
    "refuses %s as data, and says where it can be",
    async (name) => {
      const { browser, errors } = await handlers({
        set: ({ session }) => {
          (session as unknown as Data)[name] = 1;
        },
        replace: (ctx) => {
          ctx.session.views = 1;
          expect(() => (ctx.session = { [name]: 1 })).toThrow(`ctx.session.${name}`);
        },
        other: (ctx) => {
          (getSession(ctx).values as Data)[name] = "data";
        },
        show,
      });
      expect((await browser.visit("/set")).status).toBe(500);
      expect(errors).toMatchObject([
        {
          code: "ERR_REDISTORE_CONFIG",
          message: `ctx.session.${name} is the session's own. Store your value under another name, or as getSession(ctx).values.${name}.`,
        },
      ]);
      expect((await browser.visit("/replace")).text).toBe('{"views":1}');
      await browser.visit("/other");
      expect((await browser.visit("/show")).text).toBe('{"views":1}');
    },
  );
});

describe("ctx.session = null", () => {
  it("ends the session with the response, and is null until then", async () => {
    const { browser, store } = await handlers({
      login,
      logout: (ctx) => {
        ctx.session = null;
        return inspect([ctx.session, getSession(ctx).values]);
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

  it("begins a session of nobody's, under another id, where data follow", async () => {
    const { browser, store } = await handlers({
      login: async (ctx) => {
        await getSession(ctx).regenerate({ principal: "ada" });
        login(ctx);
      },
      logout: (ctx) => {
        ctx.session.maxAge = 5000;
        ctx.session = null;
        ctx.session = { views: 0 };
        return inspect([ctx.session, ctx.session.maxAge]);
      },
      show: (ctx) => inspect([ctx.session, getSession(ctx).principal]),
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

  it("begins it at once where the data that follow are saved", async () => {
    const { browser, store } = await handlers({
      login,
      again: async (ctx) => {
        ctx.session = null;
        ctx.session = { user: "bob" };
        await ctx.session.save();
        return inspect([await store.count(), ctx.session]);
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
