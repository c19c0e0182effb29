import { createServer } from "node:http";
import { ConfigError, StoreUnavailableError } from "@redistore/core";
import express from "express";
import expressSession from "express-session";
import { describe, expect, it } from "vitest";
import { getSession, session } from "../src/index.ts";
import { type Data, data, memoryStore, scene, VERSIONS, visit } from "./serve.ts";

describe.each(VERSIONS)("the middleware, with %s", (_version, framework) => {
  it("takes the promise of a store", async () => {
    const app = framework();
    app.use(session(memoryStore()));
    app.get("/", (req, res) => {
      res.json((data(req)["views"] = Number(data(req)["views"] ?? 0) + 1));
    });
    const browser = await visit(app);
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("2");
  });

  it("hands the rejection of that promise to next()", async () => {
    const app = framework();
    app.set("env", "test");
    const never = Promise.reject(new StoreUnavailableError("Redis is away."));
    // Unhandled, this rejection would end the process.
    never.catch(() => {});
    app.use(session(never));
    expect((await (await visit(app)).visit("/")).status).toBe(503);
  });

  it("serves the middlewares and routers of one application with one session", async () => {
    const { browser } = await scene(
      (app) => {
        const router = framework.Router();
        router.get("/", (req, res) => {
          data(req)["views"] = 7;
          res.end();
        });
        app.use("/router", router);
        app.get("/show", (req, res) => res.json(req.session));
      },
      { express: framework },
    );
    await browser.visit("/router");
    expect((await browser.visit("/show")).text).toBe('{"views":7}');
  });

  it("calls next(error) once, and gives no req.session, when the session cannot be loaded", async () => {
    const seen: unknown[] = [];
    const { browser, gated } = await scene(
      (app) => {
        app.get("/", (_req, res) => res.end("handled"));
        app.use(((error, req, res, _next) => {
          seen.push([(error as StoreUnavailableError).status, req.session, req.sessionID]);
          res.status(503).end("custom");
        }) as express.ErrorRequestHandler);
      },
      { express: framework },
    );
    gated.failLoads(new StoreUnavailableError("Redis is away."));
    expect((await browser.visit("/")).text).toBe("custom");
    expect(seen).toEqual([[503, undefined, undefined]]);
  });

  it("believes X-Forwarded-Proto as far as Express trusts the proxy", async () => {
    const forwarded = { headers: { "x-forwarded-proto": "https" } };
    const login = async (trusted: unknown): Promise<string> => {
      const { browser } = await scene(
        (app) => {
          app.set("trust proxy", trusted);
          app.get("/", (req, res) => {
            data(req)["user"] = "ada";
            res.end();
          });
        },
        { express: framework },
      );
      return (await browser.visit("/", forwarded)).setCookie.join();
    };
    expect(await login(false)).not.toMatch(/; Secure/);
    expect(await login("loopback")).toMatch(/; Secure/);
    expect(await login("10.0.0.0/8")).not.toMatch(/; Secure/);
  });
});

describe("the middleware", () => {
  it("refuses to be mounted without a store, and says what it wants", () => {
    for (const wrong of [undefined, null, {}, "redis://localhost", () => {}]) {
      expect(() => session(wrong as never)).toThrow(ConfigError);
    }
    expect(() => session(undefined as never)).toThrow(/session takes a store first/);
  });

  it.each([{ onError: "log" }, { trustProxy: "loopback" }])(
    "refuses to be mounted with %j, and says what the option takes",
    (options) => {
      expect(() => session(memoryStore(), options as never)).toThrow(/It takes .*function/);
    },
  );

  it("gives the same session when it is mounted twice", async () => {
    const store = await memoryStore();
    const app = express();
    app.use(session(store));
    app.use((req, _res, next) => {
      data(req)["views"] = 1;
      next();
    });
    app.use(session(store), (req, res) => void res.json(req.session));
    const response = await (await visit(app)).visit("/");
    expect(response.text).toBe('{"views":1}');
    expect(response.setCookie).toHaveLength(1);
  });

  it("is one middleware also where it is used twice, and brings no ended session back", async () => {
    const withSession = session(await memoryStore());
    const app = express();
    app.use(withSession);
    app.get("/same", (req, res) => {
      const first = req.session;
      withSession(req, res, () => void res.json(req.session === first));
    });
    app.get("/ended", async (req, res) => {
      await req.session.destroy();
      withSession(req, res, () => void res.json(req.session ?? null));
    });
    const browser = await visit(app);
    expect((await browser.visit("/same")).text).toBe("true");
    expect((await browser.visit("/ended")).text).toBe("null");
  });

  it("leaves req.session to the first of two names, and gives the other one by getSession", async () => {
    const [store, admins] = [await memoryStore(), await memoryStore()];
    const app = express();
    app.use(session(store), session(admins, "admin"));
    app.get("/", async (req, res) => {
      data(req)["user"] = "ada";
      (await getSession<Data>(req, "admin")).values["user"] = "root";
      res.json([getSession(req).name, (await getSession(req, "session")) === getSession(req)]);
    });
    const browser = await visit(app);
    expect((await browser.visit("/")).text).toBe('["session",true]');
    expect([...browser.cookies.keys()].toSorted()).toEqual(["admin", "session"]);
    expect([await store.count(), await admins.count()]).toEqual([1, 1]);
  });

  it("refuses another store for a name that is taken", async () => {
    const app = express();
    app.set("env", "test");
    app.use(session(await memoryStore()), session(await memoryStore()));
    expect((await (await visit(app)).visit("/")).status).toBe(500);
  });

  it("takes its name and cookie attributes from the options", async () => {
    const { browser } = await scene(
      (app) =>
        app.get("/app", (req, res) => {
          data(req)["user"] = "ada";
          res.end();
        }),
      { name: "sid", cookie: { sameSite: "strict", path: "/app" } },
    );
    expect((await browser.visit("/app")).setCookie.join()).toMatch(
      /^sid=.*; Path=\/app;.*; SameSite=Strict$/,
    );
  });

  it("refuses to hide the session of another middleware", async () => {
    const errors: unknown[] = [];
    const { browser } = await scene(
      (app) =>
        app.use(((error, _req, res, _next) => {
          errors.push(error);
          res.status(500).end();
        }) as express.ErrorRequestHandler),
      {
        before: (app) =>
          app.use(expressSession({ secret: "x", resave: false, saveUninitialized: false })),
      },
    );
    await browser.visit("/");
    expect(errors).toEqual([expect.objectContaining({ code: "ERR_REDISTORE_CONFIG" })]);
  });

  it("leaves req.session undefined above itself, and says so of getSession", async () => {
    const above: unknown[] = [];
    const { browser } = await scene((app) => app.use((_req, res) => void res.end()), {
      before: (app) =>
        app.use((req, _res, next) => {
          expect(() => getSession(req)).toThrow(/app\.use\(session\(store\)\)/);
          above.push(req.session, req.sessionID);
          next();
        }),
    });
    await browser.visit("/");
    expect(above).toEqual([undefined, undefined]);
  });

  it("works without Express, as any connect middleware", async () => {
    const withSessions = session(await memoryStore());
    const server = createServer((req, res) => {
      withSessions(req, res, () => {
        const own = data(req as never);
        res.end(String((own["views"] = Number(own["views"] ?? 0) + 1)));
      });
    });
    const browser = await visit(server);
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("2");
  });
});
