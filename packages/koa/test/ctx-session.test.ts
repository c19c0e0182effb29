// What ctx.session is to those who know koa-session: data under their own names, and a few members.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { getSession } from "../src/index.ts";
import { type Data, handlers } from "./serve.ts";

describe("ctx.session", () => {
  it("takes data under any name that is not its own, also those of Object.prototype", async () => {
    const { browser } = await handlers({
      set: ({ session }) => {
        const data = session as unknown as Data;
        Object.assign(data, { name: "n", constructor: 1, deleted: 2, ["__proto__"]: 3 });
        delete data["name"];
        return inspect([Object.keys(data), "constructor" in data, data["toString"] !== undefined]);
      },
      show: () => {},
    });
    expect((await browser.visit("/set")).text).toBe(
      inspect([["constructor", "deleted", "__proto__"], true, true]),
    );
    expect((await browser.visit("/show")).text).toBe('{"constructor":1,"deleted":2,"__proto__":3}');
  });

  it("is the same data as the values of the core session", async () => {
    const { browser } = await handlers({
      both: (ctx) => {
        ctx.session.views = 1;
        getSession(ctx).values.user = "ada";
        return inspect([{ ...ctx.session }, getSession(ctx).values]);
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
        show: () => {},
      });
      expect((await browser.visit("/set")).status).toBe(500);
      expect(errors).toMatchObject([
        {
          code: "ERR_REDISTORE_CONFIG",
          message: `ctx.session.${name} is the session's own member. Store your value under another name, or as getSession(ctx).values.${name}.`,
        },
      ]);
      expect((await browser.visit("/replace")).text).toBe('{"views":1}');
      await browser.visit("/other");
      expect((await browser.visit("/show")).text).toBe('{"views":1}');
    },
  );
});
