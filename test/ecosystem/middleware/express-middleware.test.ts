// Middleware for express-session, unmodified, on req.session and on express-session with ExpressSessionStore.
import { ensureLoggedIn } from "connect-ensure-login";
import { doubleCsrf } from "csrf-csrf";
import { csrfSync } from "csrf-sync";
import express, { type Express } from "express";
import { describe, expect, it } from "vitest";
import { redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";
import { EXPRESS_SESSIONS } from "./express-sessions.ts";

/** The statuses of the form with the token that the application gave, and with a forged one. */
async function postForms(app: Express): Promise<number[]> {
  app.post("/form", (_req, res) => void res.send("accepted"));
  app.set("env", "test");
  const browser = await visit(app);
  const { text } = await browser.visit("/form");
  const post = (token: string) =>
    browser.visit("/form", { method: "POST", headers: { "x-csrf-token": token } });
  return [(await post(text)).status, (await post("forged")).status];
}

describe.each(EXPRESS_SESSIONS)("on %s", (_name, open) => {
  it("csrf-sync accepts its token, and nothing else", async () => {
    const { csrfSynchronisedProtection, generateToken } = csrfSync();
    const app = express().use(await open(redisOptions()));
    app.get("/form", (req, res) => void res.send(generateToken(req)));
    app.post("/form", csrfSynchronisedProtection);
    expect(await postForms(app)).toEqual([200, 403]);
  });

  it("csrf-csrf accepts the token of the first form, bound to the session's id", async () => {
    const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
      getSecret: () => "a secret of the tests",
      getSessionIdentifier: (req) => req.session.id,
      cookieName: "csrf",
      cookieOptions: { secure: false },
    });
    const app = express().use(await open(redisOptions()));
    app.use((req, _res, next) => {
      const pairs = (req.headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
      req.cookies = Object.fromEntries(pairs) as Record<string, string>;
      for (const name of Object.keys(req.cookies as object)) {
        req.cookies[name] = decodeURIComponent(String(req.cookies[name]));
      }
      next();
    });
    app.get("/form", (req, res) => {
      const token = generateCsrfToken(req, res);
      (req.session as unknown as Record<string, unknown>)["form"] = true;
      res.send(token);
    });
    app.post("/form", doubleCsrfProtection);
    expect(await postForms(app)).toEqual([200, 403]);
  });

  it("connect-ensure-login remembers where to return to", async () => {
    const app = express().use(await open(redisOptions()));
    app.use((req, _res, next) => {
      Object.assign(req, { isAuthenticated: () => false });
      next();
    });
    app.get("/account", ensureLoggedIn("/login"), (_req, res) => void res.send("account"));
    app.get("/login", (req, res) => {
      res.send((req.session as unknown as Record<string, unknown>)["returnTo"]);
    });
    const browser = await visit(app);
    const { status, headers } = await browser.visit("/account");
    expect([status, headers.location]).toEqual([302, "/login"]);
    expect((await browser.visit("/login")).text).toBe("/account");
  });
});
