import { inspect } from "node:util";
import type { Request } from "express";
import { describe, expect, it } from "vitest";
import { getSession } from "../src/index.ts";
import { type Data, scene } from "./serve.ts";

/** Runs `use` with the req.session of a request that finds `stored`; gives what is stored then. */
async function withSession(
  use: (session: Data, req: Request) => unknown,
  stored: Data = {},
): Promise<Data> {
  let outcome: Promise<unknown> | undefined;
  const { browser, store } = await scene((app) => {
    app.get("/store", (req, res) => {
      Object.assign(getSession<Data>(req).values, stored);
      res.end();
    });
    app.get("/use", async (req, res) => {
      outcome = (async () => use(req.session as unknown as Data, req))();
      await outcome;
      res.end();
    });
  });
  await browser.visit("/store");
  const { status } = await browser.visit("/use");
  await outcome;
  expect(status).toBe(200);
  for await (const id of store.ids()) return (await store.records.load(id)).values;
  return {};
}

describe("req.session", () => {
  it("shows the data and nothing else to code that enumerates it", () =>
    withSession(
      (session) => {
        session["b"] = { c: [1] };
        expect(Object.keys(session)).toEqual(["a", "b"]);
        expect(Object.entries(session)).toEqual([
          ["a", 1],
          ["b", { c: [1] }],
        ]);
        expect({ ...session }).toEqual({ a: 1, b: { c: [1] } });
        expect(JSON.stringify(session)).toBe('{"a":1,"b":{"c":[1]}}');
        expect(structuredClone({ ...session })).toEqual({ a: 1, b: { c: [1] } });
        expect(inspect(session)).toMatch(/^Session \(\S{22}\) { a: 1, b: { c: \[ 1 \] } }$/);
        const keys: string[] = [];
        for (const key in session) keys.push(key);
        expect(keys).toEqual(["a", "b"]);
      },
      { a: 1 },
    ));

  it("stores what is set, also deep inside, and forgets what is deleted", async () => {
    expect(
      await withSession(
        (session) => {
          session["new"] = null;
          (session["cart"] as string[]).push("pear");
          delete session["old"];
          Object.assign(session, { merged: true });
          Object.defineProperty(session, "defined", {
            value: 1,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        },
        { cart: ["apple"], old: 1 },
      ),
    ).toEqual({
      cart: ["apple", "pear"],
      new: null,
      merged: true,
      defined: 1,
    });
  });

  it("has its data, and its own members", () =>
    withSession(
      (session) => {
        expect(["a" in session, "b" in session, "save" in session]).toEqual([true, false, true]);
        expect([Object.hasOwn(session, "a"), Object.hasOwn(session, "save")]).toEqual([
          true,
          false,
        ]);
      },
      { a: 1 },
    ));

  it("takes names that other hosts reserve for data", () =>
    withSession(
      (session) => {
        session["isNew"] = false;
        expect(session).toMatchObject({ name: "ada", options: 1, values: [2], isNew: false });
      },
      { name: "ada", options: 1, values: [2] },
    ));

  it("has the methods of any object", () =>
    withSession(
      (session) => {
        expect(session.hasOwnProperty("a")).toBe(true);
        expect(session.hasOwnProperty("b")).toBe(false);
        expect("".concat(session as unknown as string)).toBe("[object Object]");
      },
      { a: 1 },
    ));

  it("takes the keys of prototypes for data", async () => {
    const stored = await withSession((session) => {
      expect([session["constructor"], session["__proto__"]]).toEqual([undefined, undefined]);
      session["__proto__"] = { admin: true };
      session["constructor"] = 1;
      session["toString"] = 2;
      expect([session["admin"], session["toString"]]).toEqual([undefined, 2]);
      expect(({} as Data)["admin"]).toBeUndefined();
    });
    expect(Object.keys(stored).toSorted()).toEqual(["__proto__", "constructor", "toString"]);
  });

  it.each(["id", "cookie", "save", "regenerate", "destroy", "reload", "touch", "resetMaxAge"])(
    "keeps %s to itself, and says where such a value can go",
    async (name) => {
      await withSession((session) => {
        const before = typeof session[name];
        const wrong = expect.objectContaining({
          code: "ERR_REDISTORE_CONFIG",
          message: expect.stringContaining(`getSession(req).values.${name}`),
        });
        expect(() => (session[name] = 1)).toThrow(wrong);
        expect(() => delete session[name]).toThrow(wrong);
        expect(() => Object.defineProperty(session, name, { value: 1 })).toThrow(wrong);
        expect(typeof session[name]).toBe(before);
      });
    },
  );

  it("loses no stored value of such a name, and shows its own in place of it", async () => {
    const login = { cookie: "login", id: 42, save: true, user: "ada" };
    const stored = await withSession(async (session, req) => {
      expect(session["cookie"]).toHaveProperty("maxAge");
      expect(session["id"]).toBe(req.sessionID);
      expect(Object.keys(session)).toEqual(["user"]);
      expect(getSession<Data>(req).values).toEqual(login);
      session["views"] = 1;
      await (session["save"] as () => Promise<void>)();
      await (session["reload"] as () => Promise<void>)();
    }, login);
    expect(stored).toEqual({ ...login, views: 1 });
  });

  it("has methods that work also when they are taken out of it", () =>
    withSession(async (session) => {
      const { save } = session as { save: (callback?: () => void) => Promise<void> };
      session["a"] = 1;
      await expect(save()).resolves.toBeUndefined();
      await new Promise<void>((resolve) => void save(resolve));
    }));

  it("is the same object for the whole request", () =>
    withSession((session, req) => {
      expect(req.session).toBe(session);
      req.session = session as unknown as Request["session"];
      expect(req.session).toBe(session);
    }));

  it("cannot be replaced by another object", () =>
    withSession((_session, req) => {
      expect(() => (req.session = { user: "ada" } as never)).toThrow(
        /regenerate\(\); null ends it/,
      );
    }));

  it("has its id before it is stored, and keeps it", async () => {
    const { browser } = await scene((app) =>
      app.get("/", async (req, res) => {
        const before = [req.sessionID, req.session.id];
        Object.assign(req.session, { a: 1 });
        await req.session.save();
        res.json(new Set([...before, req.sessionID, req.session.id]).size);
      }),
    );
    expect((await browser.visit("/")).text).toBe("1");
  });
});
