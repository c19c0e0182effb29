// passport as most applications have it (0.7) and as many still have it (0.5), on both ways to req.session, over a real Redis.
import { Browser, deferred } from "@redistore/http/testing";
import express, { type ErrorRequestHandler, type Request } from "express";
import passport from "passport";
import passport05 from "passport05";
import { Strategy } from "passport-local";
import { describe, expect, it, onTestFinished } from "vitest";
import { startRedis } from "../../redis/server.ts";
import { type Data, redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";
import { EXPRESS_SESSIONS } from "./express-sessions.ts";

const PASSPORTS = [
  ["passport 0.7", passport],
  ["passport 0.5", passport05],
] as const;

interface Scene {
  readonly browser: Browser;
  /** `/slow` has its session and waits for `proceed`. */
  readonly slow: { readonly loaded: Promise<void>; proceed(): void };
}

const data = (req: Request): Data => req.session as unknown as Data;

const sendStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.sendStatus((error as { status?: number }).status ?? 500);
};

/** 0.5 logs out at once, and 0.7 with a callback. */
function logOut(req: Request, keepSessionInfo: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logout({ keepSessionInfo }, (error: unknown) => (error ? reject(error) : resolve()));
    if (req.logout.length < 2) resolve();
  });
}

async function serve(
  [library, open]: [typeof passport, (typeof EXPRESS_SESSIONS)[number][1]],
  url?: string,
): Promise<Scene> {
  const [loaded, proceed] = [deferred(), deferred()];
  const authenticator = new library.Passport();
  authenticator.use(
    new Strategy((name, password, done) => done(null, password === "good" && { name })),
  );
  authenticator.serializeUser((user, done) => done(null, user.name));
  authenticator.deserializeUser((name: string, done) => done(null, { name }));
  const app = express();
  app.use(await open(redisOptions(url)));
  app.use(express.json(), authenticator.initialize(), authenticator.session());
  app.get("/cart", (req, res) => void res.json((data(req)["cart"] = ["apple"])));
  app.post("/login", authenticator.authenticate("local"), (_req, res) => void res.send("in"));
  const keepSessionInfo = true;
  app.post("/login/keep", authenticator.authenticate("local", { keepSessionInfo }), (_req, res) => {
    res.send("in");
  });
  app.post("/logout", async (req, res) => {
    await logOut(req, false);
    res.send("out");
  });
  app.post("/logout/keep", async (req, res) => {
    await logOut(req, true);
    res.send("out");
  });
  app.get("/slow", async (req, res) => {
    loaded.resolve();
    await proceed.promise;
    data(req)["slow"] = true;
    res.send("slow");
  });
  app.get("/me", (req, res) => {
    const { user } = req as { user?: { name: string } };
    res.json([user?.name ?? null, data(req)["cart"] ?? null]);
  });
  app.use(sendStatus);
  const browser = await visit(app);
  return { browser, slow: { loaded: loaded.promise, proceed: () => proceed.resolve() } };
}

const login = (browser: Browser, path = "/login") =>
  browser.visit(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"username":"ada","password":"good"}',
  });
const logout = (browser: Browser, path = "/logout") => browser.visit(path, { method: "POST" });
/** The user and the cart. */
const me = async (browser: Browser) =>
  JSON.parse((await browser.visit("/me")).text) as [unknown, unknown];

describe.each(EXPRESS_SESSIONS)("on %s", (_name, open) => {
  describe.each(PASSPORTS)("%s", (_version, library) => {
    it("keeps a login until the logout", async () => {
      const { browser } = await serve([library, open]);
      expect((await login(browser)).text).toBe("in");
      expect(await me(browser)).toEqual(["ada", null]);
      const thief = browser.clone();
      expect((await logout(browser)).text).toBe("out");
      expect(await me(browser)).toEqual([null, null]);
      expect(await me(thief)).toEqual([null, null]);
    });

    it("keeps the data with keepSessionInfo, and in 0.5 without", async () => {
      const { browser } = await serve([library, open]);
      await browser.visit("/cart");
      await login(browser, "/login/keep");
      expect(await me(browser)).toEqual(["ada", ["apple"]]);
      await logout(browser, "/logout/keep");
      expect(await me(browser)).toEqual([null, ["apple"]]);
    });

    it("stays logged out after a request that was in flight during the logout", async () => {
      const { browser, slow } = await serve([library, open]);
      await login(browser);
      const thief = browser.clone();
      const response = thief.visit("/slow");
      await slow.loaded;
      await logout(browser);
      slow.proceed();
      await response;
      expect(await me(browser)).toEqual([null, null]);
      expect(await me(thief)).toEqual([null, null]);
    });

    it("logs two clicks in", async () => {
      const { browser } = await serve([library, open]);
      await browser.visit("/cart");
      const responses = await Promise.all([login(browser.clone()), login(browser)]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200]);
      expect((await me(browser))[0]).toBe("ada");
    });

    it("does not say that it logged in while Redis is down, and logs in afterwards", async () => {
      const redis = await startRedis();
      onTestFinished(() => redis.stop());
      const { browser } = await serve([library, open], redis.url);
      await redis.kill();
      const { status, setCookie } = await login(browser);
      expect([status, setCookie]).toEqual([503, []]);
      await redis.start();
      expect((await login(browser)).text).toBe("in");
      expect(await me(browser)).toEqual(["ada", null]);
    });
  });

  it("passport 0.7 gives a login another id, and the old one opens nothing", async () => {
    const { browser } = await serve([passport, open]);
    await browser.visit("/cart");
    const attacker = browser.clone();
    await login(browser);
    expect(await me(browser)).toEqual(["ada", null]);
    expect(await me(attacker)).toEqual([null, null]);
  });
});
