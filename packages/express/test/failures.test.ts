// Errors of the store and of handlers in Express: one response each, and what is stored.
import { HeadersSentError, StoreUnavailableError } from "@redistore/core";
import { deferred } from "@redistore/http/testing";
import type { ErrorRequestHandler, Express } from "express";
import { describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../core/src/backends/memory/memory-backend.ts";
import { data, scene, VERSIONS, withHandler } from "./serve.ts";

const away = new StoreUnavailableError("Redis is away.");

/** Mounts an error handler with a response of its own, and returns the errors that it gets. */
function withErrorHandler(app: Express): unknown[] {
  const seen: unknown[] = [];
  const handler: ErrorRequestHandler = (error, _req, res, next) => {
    seen.push(error);
    if (res.headersSent) return next(error);
    const { status = 500, headers = {} } = error as Partial<StoreUnavailableError>;
    res.status(status).set(headers).json({ sorry: status });
  };
  app.use(handler);
  return seen;
}

const sendStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.sendStatus((error as StoreUnavailableError).status);
};

describe.each(VERSIONS)("a session that cannot be stored, with %s", (_version, framework) => {
  it("is not stored after all by the error response to its own save(): the client is told to try again", async () => {
    const { browser, store } = await scene(
      (app) => {
        app.use((req, _res, next) => {
          data(req)["user"] = "ada";
          (req.session as unknown as { save(callback: typeof next): void }).save(next);
        });
      },
      { express: framework },
    );
    vi.spyOn(MemoryBackend.prototype, "create").mockRejectedValueOnce(away);
    expect([(await browser.visit("/")).status, await store.count()]).toEqual([503, 0]);
  });

  it("gets the response of Express's default handler: 503, Retry-After, no cookie", async () => {
    const { browser, gated } = await scene(
      withHandler((req, res) => {
        data(req)["user"] = "ada";
        res.status(201).cookie("theme", "dark").json({ welcome: "ada" });
      }),
      { express: framework },
    );
    gated.failSaves(away);
    const { status, headers, setCookie, text } = await browser.visit("/");
    expect({ status, retry: headers["retry-after"] }).toEqual({ status: 503, retry: "1" });
    expect(setCookie).toEqual(["theme=dark; Path=/"]);
    expect(text).not.toMatch(/welcome/);
  });

  it("gets the response of the application's error handler, which is called once", async () => {
    let seen: unknown[] = [];
    const { browser, gated } = await scene(
      (app) => {
        withHandler((req, res) => {
          data(req)["user"] = "ada";
          res.redirect("/show");
        })(app);
        seen = withErrorHandler(app);
      },
      { express: framework },
    );
    gated.failSaves(away);
    const { status, headers, text } = await browser.visit("/");
    expect({ status, text }).toEqual({ status: 503, text: '{"sorry":503}' });
    expect(headers).toMatchObject({ "retry-after": "1" });
    expect(headers).not.toHaveProperty("location");
    expect(seen).toEqual([away]);
  });

  it("has Retry-After also where an error handler sends nothing but the status", async () => {
    const { browser, gated } = await scene(
      (app) => {
        withHandler((req, res) => {
          data(req)["user"] = "ada";
          res.end();
        })(app);
        app.use(sendStatus);
      },
      { express: framework },
    );
    await browser.visit("/");
    gated.failSaves(away);
    const unsaved = await browser.clone().visit("/set?user=bob");
    await gated.store.close();
    const unloaded = await browser.visit("/show");
    for (const { status, headers, text } of [unsaved, unloaded]) {
      expect([status, headers["retry-after"], text]).toEqual([503, "1", "Service Unavailable"]);
    }
  });

  it("leaves the response to the error handler also if save() was what failed", async () => {
    let seen: unknown[] = [];
    const { browser, gated, late } = await scene(
      (app) => {
        withHandler((req, _res, next) => {
          data(req)["user"] = "ada";
          req.session.save(next);
        })(app);
        seen = withErrorHandler(app);
      },
      { express: framework },
    );
    gated.failSaves(away);
    await gated.store.close();
    expect((await browser.visit("/")).text).toBe('{"sorry":503}');
    expect(seen).toEqual([expect.any(StoreUnavailableError)]);
    // The session is not stored with that response either, which is reported.
    expect(late).toHaveLength(1);
  });

  it("leaves a response that is an error itself to the client", async () => {
    const { browser, gated, late } = await scene(
      (app) => {
        withHandler((req) => {
          data(req)["user"] = "ada";
          throw new Error("a bug");
        })(app);
        withErrorHandler(app);
      },
      { express: framework },
    );
    gated.failSaves(away);
    const { status, text, setCookie } = await browser.visit("/");
    expect({ status, text, setCookie }).toEqual({
      status: 500,
      text: '{"sorry":500}',
      setCookie: [],
    });
    expect(late).toEqual([away]);
  });
});

describe("a handler that throws", () => {
  it("has what it changed before stored with the error response", async () => {
    const { browser } = await scene(
      withHandler((req) => {
        data(req)["tries"] = 1;
        throw new Error("a bug");
      }),
    );
    expect((await browser.visit("/")).status).toBe(500);
    expect((await browser.visit("/show")).text).toBe('{"tries":1}');
  });

  it("breaks off the response that it has begun, and stores what it changed before", async () => {
    const { browser } = await scene(
      withHandler((req, res) => {
        data(req)["tries"] = "2";
        res.write("begun");
        throw new Error("a bug");
      }),
    );
    await browser.visit("/set?tries=1");
    await expect(browser.visit("/")).rejects.toThrow(/aborted|socket hang up/);
    expect((await browser.visit("/show")).text).toBe('{"tries":"2"}');
  });
});

describe("a change that comes late", () => {
  it("is stored if it was made after the end of the response", async () => {
    const done = deferred();
    const { browser, gated } = await scene(
      withHandler((req, res) => {
        res.send("done");
        setImmediate(() => {
          data(req)["late"] = true;
          done.resolve();
        });
      }),
    );
    await browser.visit("/set?user=ada");
    const paused = gated.pauseSaves();
    await browser.visit("/");
    await done.promise;
    await paused.begun;
    paused.release();
    await expect
      .poll(async () => (await browser.visit("/show")).text)
      .toBe('{"user":"ada","late":true}');
  });

  it("is reported where it would need a cookie", async () => {
    const reported = deferred<unknown>();
    const { browser, store } = await scene(
      withHandler((req, res) => {
        res.end("done");
        data(req)["user"] = "ada";
      }),
      { onError: reported.resolve },
    );
    expect((await browser.visit("/")).setCookie).toEqual([]);
    expect(await reported.promise).toBeInstanceOf(HeadersSentError);
    expect(await store.count()).toBe(0);
  });

  it("is not stored after an error response", async () => {
    const { browser, gated } = await scene((app) => {
      withHandler((req, res) => {
        data(req)["user"] = "ada";
        res.on("finish", () => void data(req)["user"]);
        res.send("done");
      })(app);
    });
    gated.failSaves(away);
    await browser.visit("/");
    gated.failSaves(undefined);
    const saves = gated.saves;
    await browser.visit("/show");
    expect(gated.saves).toBe(saves);
  });
});
