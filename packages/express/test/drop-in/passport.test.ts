// passport, passport-local and connect-flash on express-session with ExpressSessionStore.
import flash from "connect-flash";
import express, { type Express } from "express";
import { Authenticator } from "passport";
import { Strategy } from "passport-local";
import { describe, expect, it } from "vitest";
import { backends, data, frameworks, openRecords, serve } from "./application.ts";

/** The user of these tests. passport's own type, Express.User, is global to the program. */
interface Ada {
  readonly id: string;
}
const ada = (id: string): Express.User => ({ id }) as unknown as Express.User;

/** A login with a password, a logout, and pages that need neither. */
function pages(app: Express): void {
  const passport = new Authenticator();
  passport.use(
    new Strategy((name, password, done) =>
      password === "secret" ? done(null, ada(name)) : done(null, false, { message: "Wrong." }),
    ),
  );
  passport.serializeUser((user, done) => done(null, (user as object as Ada).id));
  passport.deserializeUser((id, done) => done(null, ada(String(id))));
  app.use(passport.initialize(), passport.session(), flash(), express.urlencoded());
  app.get("/", (req, res) => {
    res.json({
      user: (req.user as object as Ada | undefined)?.id ?? null,
      messages: req.flash("error"),
    });
  });
  app.get("/visit", (req, res) => {
    data(req)["visits"] = Number(data(req)["visits"] ?? 0) + 1;
    res.json(data(req)["visits"]);
  });
  const keepSessionInfo = true;
  const ways = { successRedirect: "/", failureRedirect: "/", failureFlash: true };
  app.post("/login", passport.authenticate("local", ways));
  app.post("/login/keep", passport.authenticate("local", { ...ways, keepSessionInfo }));
  app.post("/logout", (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect("/")));
  });
}

const login = (password: string) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: `username=ada&password=${password}`,
});

const page = (user: string | null, ...messages: string[]) => JSON.stringify({ user, messages });

describe.each(frameworks)("passport on express-session on %s", (_framework, framework) => {
  describe.each(backends)("over %s", (_backend, connection) => {
    it("logs in under a fresh id, and logs out", async () => {
      const records = await openRecords(connection());
      const { browser, errors } = await serve({ framework, records }, pages);
      await browser.visit("/visit");
      const anonymous = browser.clone();
      expect(await browser.visit("/login", login("secret"))).toMatchObject({ status: 302 });
      expect((await browser.visit("/")).text).toBe(page("ada"));
      expect((await anonymous.visit("/")).text).toBe(page(null));
      const loggedIn = browser.clone();
      expect(await browser.visit("/logout", { method: "POST" })).toMatchObject({ status: 302 });
      expect((await browser.visit("/")).text).toBe(page(null));
      expect((await loggedIn.visit("/")).text).toBe(page(null));
      expect(errors).toEqual([]);
    });

    it.each([
      ["without maxAge", {}],
      ["with maxAge", { cookie: { maxAge: 3_600_000 } }],
    ])(
      "responds to a double click on login and on logout, %s, with success",
      async (_, options) => {
        for (const path of ["/login", "/login/keep"]) {
          const records = await openRecords(connection());
          const { browser, errors } = await serve({ framework, records, session: options }, pages);
          await browser.visit("/visit");
          const twice = (url: string, request: object) =>
            Promise.all([browser.clone().visit(url, request), browser.visit(url, request)]);
          const logins = await twice(path, login("secret"));
          expect(logins.map(({ status }) => status)).toEqual([302, 302]);
          expect((await browser.visit("/")).text).toBe(page("ada"));
          const logouts = await twice("/logout", { method: "POST" });
          expect(logouts.map(({ status }) => status)).toEqual([302, 302]);
          expect((await browser.visit("/")).text).toBe(page(null));
          expect(errors).toEqual([]);
        }
      },
    );

    it("keeps the data with keepSessionInfo", async () => {
      const records = await openRecords(connection());
      const { browser } = await serve({ framework, records }, pages);
      await browser.visit("/visit");
      await browser.visit("/login/keep", login("secret"));
      expect((await browser.visit("/visit")).text).toBe("2");
      expect((await browser.visit("/")).text).toBe(page("ada"));
    });

    it("shows a flash of connect-flash once", async () => {
      const records = await openRecords(connection());
      const { browser } = await serve({ framework, records }, pages);
      await browser.visit("/login", login("wrong"));
      expect((await browser.visit("/")).text).toBe(page(null, "Wrong."));
      expect((await browser.visit("/")).text).toBe(page(null));
    });

    it("leaves only an empty session after a logout", async () => {
      const records = await openRecords(connection());
      const { browser, store } = await serve({ framework, records }, pages);
      await browser.visit("/login", login("secret"));
      await browser.visit("/logout", { method: "POST" });
      const left = await store.all();
      expect(left.map((session) => Object.keys(session).toSorted())).toEqual([["cookie", "id"]]);
    });
  });
});
