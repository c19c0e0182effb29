// A login on express-session that sets another user's id without regenerate: of the first user's values nothing may come along.
import { withPrincipal } from "@redistore/core";
import type { Request } from "express";
import { describe, expect, it } from "vitest";
import { backends, data, openRecords, serve } from "./application.ts";

const principal = withPrincipal(({ user }: { user?: string }) => user);

const save = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });

type Login = (values: Record<string, unknown>, req: Request) => Promise<unknown>;

/** Ada's session with a secret and a basket, then the request `login`. Returns what it responded, and what is stored after it. */
async function logIn(connection: (typeof backends)[number][1], login: Login) {
  const records = await openRecords(connection(), principal);
  const { browser, errors, store } = await serve({ records }, (app) => {
    app.get("/ada", (req, res) => {
      Object.assign(data(req), { user: "ada", secret: "x", basket: { apples: 1 } });
      res.end();
    });
    app.get("/login", async (req, res, next) => {
      await login(data(req), req).then((value) => res.json(value ?? null), next);
    });
  });
  await browser.visit("/ada");
  const { text } = await browser.visit("/login");
  expect(errors).toEqual([]);
  const [stored = {}] = await store.all();
  const { cookie, id: _, ...values } = stored as unknown as Record<string, unknown>;
  expect(cookie).toBeDefined();
  return { response: JSON.parse(text) as unknown, values };
}

describe.each(backends)("another user's login without regenerate over %s", (_, connection) => {
  it("takes nothing of the first user along, however often its request saves", async () => {
    const { response, values } = await logIn(connection, async (session, req) => {
      session["user"] = "bob";
      await save(req);
      session["seen"] = 1;
      await save(req);
      session["seen"] = 2;
      return { ...session };
    });
    expect(values).toEqual({ user: "bob", seen: 2 });
    expect(response).toMatchObject({ user: "bob", seen: 2 });
    expect(response).not.toHaveProperty("secret");
    expect(response).not.toHaveProperty("basket");
  });

  it("stores what the request sets after it, also if the first user had the same", async () => {
    const { values } = await logIn(connection, async (session, req) => {
      session["user"] = "bob";
      await save(req);
      session["secret"] = "x";
    });
    expect(values).toEqual({ user: "bob", secret: "x" });
  });

  it("stores what the request sets while it is saved", async () => {
    const { values } = await logIn(connection, async (session, req) => {
      session["user"] = "bob";
      const saved = save(req);
      session["secret"] = "bob's";
      session["seen"] = 1;
      await saved;
    });
    expect(values).toEqual({ user: "bob", secret: "bob's", seen: 1 });
  });

  it("takes nothing along if two saves overlap", async () => {
    const { values } = await logIn(connection, async (session, req) => {
      session["user"] = "bob";
      await Promise.all([save(req), save(req)]);
      session["seen"] = 1;
    });
    expect(values).toEqual({ user: "bob", seen: 1 });
  });

  it("is told apart from further saves of the same user, which lose nothing", async () => {
    const { response, values } = await logIn(connection, async (session, req) => {
      session["seen"] = 1;
      await save(req);
      delete session["basket"];
      await save(req);
      session["basket"] = { apples: 1 };
      session["seen"] = 2;
      return { ...session };
    });
    const all = { user: "ada", secret: "x", basket: { apples: 1 }, seen: 2 };
    expect(values).toEqual(all);
    expect(response).toMatchObject(all);
  });
});
