// Sessions of express-session whose secure cookie is not sent over plain HTTP: no record is left that no cookie leads to.
import type { Request } from "express";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { backends, data, frameworks, openRecords, serve } from "./application.ts";

/** Requests to an application with a secure cookie, which listens without TLS. */
async function scene(
  framework: (typeof frameworks)[number][1],
  { proxy, trust = false }: { proxy?: boolean | undefined; trust?: boolean } = {},
  connection?: Parameters<typeof openRecords>[0],
) {
  const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  const records = await openRecords(connection);
  const session = { cookie: { secure: true }, ...(proxy === undefined ? {} : { proxy }) };
  const { browser, errors } = await serve({ framework, records, session }, (app) => {
    if (trust) app.set("trust proxy", true);
    app.get("/", (req, res) => void res.json((data(req)["seen"] = data(req)["seen"] === true)));
    app.get("/set", (req, res) => {
      data(req)["seen"] = true;
      res.send("set");
    });
    app.get("/save", (req, res, next) => {
      data(req)["seen"] = true;
      req.session.save((error) => (error ? next(error) : res.send("saved")));
    });
    app.get("/login", (req: Request, res, next) => {
      req.session.regenerate((error) => {
        if (error) return next(error);
        data(req)["seen"] = true;
        res.send("logged in");
      });
    });
  });
  return { browser, records, errors };
}

const HTTPS = { headers: { "x-forwarded-proto": "https" } };

describe.each(frameworks)("express-session on %s with cookie.secure over plain HTTP", (_, app) => {
  it.each(backends)("stores nothing, and the request works (%s)", async (_backend, connection) => {
    const { browser, records, errors } = await scene(app, {}, connection());
    for (const path of ["/set", "/save", "/login"]) {
      const { status, setCookie } = await browser.visit(path);
      expect([status, setCookie]).toEqual([200, []]);
    }
    expect(await records.count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it.each([undefined, false])(
    "keeps nothing behind a TLS proxy that is not trusted (proxy: %s)",
    async (proxy) => {
      const { browser, records } = await scene(app, { proxy });
      for (const path of ["/set", "/save", "/login"])
        expect((await browser.visit(path, HTTPS)).setCookie).toEqual([]);
      await vi.waitFor(async () => expect(await records.count()).toBe(0));
    },
  );

  it.each([
    ["Express", { trust: true }],
    ["express-session", { proxy: true }],
  ])("stores behind a TLS proxy that %s trusts", async (_who, trust) => {
    const { browser, records } = await scene(app, trust);
    expect((await browser.visit("/set", HTTPS)).setCookie).toHaveLength(1);
    expect((await browser.visit("/", HTTPS)).text).toBe("true");
    expect(await records.count()).toBe(1);
  });
});
