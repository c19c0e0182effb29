// Libraries made for express-session, unmodified.
import flash from "connect-flash";
import { csrfSync } from "csrf-sync";
import type { Express, Request } from "express";
import passportModule from "passport";
import { Strategy } from "passport-local";
import { describe, expect, it } from "vitest";
import { getSession } from "../src/index.ts";
import { data, redisStore, scene, VERSIONS } from "./serve.ts";

declare global {
  namespace Express {
    interface User {
      name: string;
    }
  }
}

const form = { method: "POST", headers: { "content-type": "application/json" } };
const login = { ...form, body: '{"username":"ada","password":"lovelace"}' };

function withPassport(framework: typeof import("express"), keepSessionInfo: boolean) {
  return (app: Express): void => {
    const passport = new passportModule.Passport();
    passport.use(
      new Strategy((name, password, done) => done(null, password === "lovelace" && { name })),
    );
    passport.serializeUser((user, done) => done(null, user.name));
    passport.deserializeUser((name: string, done) => done(null, { name }));
    app.use(framework.json(), passport.initialize(), passport.session());
    app.get("/cart", (req, res) => {
      data(req)["cart"] = ["apple"];
      res.end();
    });
    app.post("/login", passport.authenticate("local", { keepSessionInfo }), (req, res) =>
      res.redirect("/me"),
    );
    app.post("/logout", (req, res, next) => {
      req.logout({ keepSessionInfo }, (error: unknown) =>
        error ? next(error) : res.redirect("/me"),
      );
    });
    app.get("/me", (req, res) => void res.json([req.user?.name ?? null, req.session]));
  };
}

describe.each(VERSIONS)("with %s", (_version, framework) => {
  describe("passport", () => {
    it("logs in, under a new id, and out again", async () => {
      const { browser, store } = await scene(withPassport(framework, false), {
        express: framework,
        open: redisStore,
      });
      await browser.visit("/cart");
      const attacker = browser.clone();
      expect((await browser.visit("/login", login)).status).toBe(302);
      expect((await browser.visit("/me")).text).toBe('["ada",{"passport":{"user":"ada"}}]');
      expect((await attacker.visit("/me")).text).toBe("[null,{}]");

      const thief = browser.clone();
      expect((await browser.visit("/logout", form)).status).toBe(302);
      expect((await browser.visit("/me")).text).toBe("[null,{}]");
      expect((await thief.visit("/me")).text).toBe("[null,{}]");
      expect(await store.count()).toBe(1);
    });

    it("takes the data along where it is asked to", async () => {
      const { browser } = await scene(withPassport(framework, true), { express: framework });
      await browser.visit("/cart");
      await browser.visit("/login", login);
      expect(JSON.parse((await browser.visit("/me")).text)).toEqual([
        "ada",
        { cart: ["apple"], passport: { user: "ada" } },
      ]);
      await browser.visit("/logout", form);
      expect(JSON.parse((await browser.visit("/me")).text)).toEqual([
        null,
        { cart: ["apple"], passport: {} },
      ]);
    });

    it("logs a first visitor in", async () => {
      const { browser } = await scene(withPassport(framework, false), { express: framework });
      await browser.visit("/login", login);
      expect((await browser.visit("/me")).text).toMatch(/^\["ada"/);
    });

    it("begins no session for a wrong password", async () => {
      const { browser, store } = await scene(withPassport(framework, false), {
        express: framework,
      });
      const wrong = { ...login, body: '{"username":"ada","password":"byron"}' };
      expect((await browser.visit("/login", wrong)).status).toBe(401);
      expect(await store.count()).toBe(0);
    });
  });

  it("connect-flash shows a message once", async () => {
    const { browser } = await scene(
      (app) => {
        app.use(flash());
        app.get("/save", (req, res) => {
          req.flash("info", "Saved.");
          res.redirect("/");
        });
        app.get("/", (req, res) => void res.json(req.flash("info")));
      },
      { express: framework },
    );
    await browser.visit("/save");
    expect((await browser.visit("/")).text).toBe('["Saved."]');
    expect((await browser.visit("/")).text).toBe("[]");
  });

  it("express.static sends files that caches may keep without a renewal, and marks those with a new cookie", async () => {
    const { browser } = await scene(
      (app) => {
        app.use(async (req, _res, next) => {
          if (req.query["new"] === undefined) await getSession(req).touch();
          else data(req)["seen"] = true;
          next();
        });
        app.use(framework.static(import.meta.dirname, { maxAge: 600_000 }));
      },
      { express: framework },
    );
    const sent = async (url: string) => {
      const { headers, setCookie } = await browser.visit(url);
      return [headers["cache-control"], setCookie.length];
    };
    expect(await sent("/serve.ts?new")).toEqual(["no-store", 1]);
    expect(await sent("/serve.ts")).toEqual(["public, max-age=600", 0]);
  });

  it("csrf-sync keeps its token in the session", async () => {
    const { csrfSynchronisedProtection, revokeToken } = csrfSync();
    const { browser } = await scene(
      (app) => {
        app.get("/token", csrfSynchronisedProtection, (req: Request, res) =>
          res.send(req.csrfToken?.()),
        );
        app.get("/revoke", (req, res) => {
          revokeToken(req);
          res.end();
        });
        app.post("/", csrfSynchronisedProtection, (_req, res) => void res.send("done"));
      },
      { express: framework },
    );
    const { text: token } = await browser.visit("/token");
    const post = async (given: string): Promise<number> =>
      (await browser.visit("/", { method: "POST", headers: { "x-csrf-token": given } })).status;
    expect(await post("wrong")).toBe(403);
    expect(await post(token)).toBe(200);
    await browser.visit("/revoke");
    expect(await post(token)).toBe(403);
  });
});
