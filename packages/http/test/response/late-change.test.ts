// Changes after the first byte: stored before the end, or reported if they need a cookie that can no longer be sent.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { HeadersSentError, type RediStore, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { attach, getSession } from "../../src/index.ts";
import { Browser, deferred } from "../../src/testing/index.ts";
import { type Data, listen, memoryStore, type Scene, scene, sceneWithSession } from "../serve.ts";

async function stored({ store, browser }: Scene): Promise<Data> {
  return { ...(await store.load("session", browser.cookies.get("session") ?? "")).values };
}

describe("a change after the first byte", () => {
  it.each(["clean", "changed"])(
    "is stored before the end of a stream that began with a %s session",
    async (began) => {
      const first = deferred();
      const played = await sceneWithSession(async (_req, res, { values }) => {
        if (began === "changed") values["early"] = true;
        res.write("half of ");
        await first.promise;
        values["late"] = true;
        res.end("it");
      });
      const res = await played.browser.open("/");
      let text = "";
      res.on("data", (chunk) => (text += String(chunk)));
      await once(res, "data");
      const paused = played.gated.pauseSaves();
      first.resolve();
      await paused.begun;
      // Had the end been sent, it would have arrived by now.
      await played.browser.clone().visit("/start");
      expect([text, res.complete]).toEqual(["half of ", false]);
      paused.release();
      await once(res, "end");
      expect(text).toBe("half of it");
      expect(await stored(played)).toMatchObject({ seen: true, late: true });
    },
  );

  it("is stored after the response has ended, too", async () => {
    const saved = deferred();
    const played = await sceneWithSession(async (_req, res, { values }) => {
      res.end("done");
      await once(res, "close");
      values["late"] = true;
      setImmediate(saved.resolve);
    });
    await played.browser.visit("/");
    await saved.promise;
    expect(await stored(played)).toEqual({ seen: true, late: true });
    expect(played.errors).toEqual([]);
  });

  it.each(["clean", "changed"])(
    "is stored when the client has closed a stream that began with a %s session",
    async (began) => {
      const broken = deferred();
      const done = deferred();
      const played = await sceneWithSession(async (_req, res, { values }) => {
        if (began === "changed") values["early"] = true;
        res.write("half of ");
        await broken.promise;
        values["late"] = true;
        res.once("close", () => setImmediate(done.resolve));
        res.destroy();
        await new Promise(() => {});
      });
      const res = await played.browser.open("/");
      res.on("error", () => {});
      broken.resolve();
      await done.promise;
      expect(await stored(played)).toMatchObject({ seen: true, late: true });
    },
  );

  it("destroys the connection if it cannot be stored, so that the client does not take the response for complete", async () => {
    const unavailable = new StoreUnavailableError("Redis is down.");
    const { browser, gated, errors } = await sceneWithSession((_req, res, { values }) => {
      res.write("half of ");
      values["late"] = true;
      gated.failSaves(unavailable);
      res.end("it");
    });
    await expect(browser.visit("/")).rejects.toThrow(/aborted|hang up/);
    expect(errors).toEqual([unavailable]);
  });

  it("is reported, and nothing is stored, if the session is new: no cookie would lead to it", async () => {
    const { browser, errors, store } = await scene((_req, res, { values }) => {
      res.write("half of ");
      values["late"] = true;
      res.end("it");
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie]).toEqual(["half of it", []]);
    expect(errors).toEqual([expect.any(HeadersSentError)]);
    expect(String(errors[0])).toMatch(/"session" needs a cookie.*before the first byte/);
    expect(await store.count()).toBe(0);
  });

  it("is reported if it ends the session", async () => {
    const { browser, errors } = await sceneWithSession(async (_req, res, session) => {
      res.write("half of ");
      await session.destroy();
      res.end("it");
    });
    expect((await browser.visit("/")).text).toBe("half of it");
    expect(errors).toEqual([expect.any(HeadersSentError)]);
    expect(String(errors[0])).toMatch(/was ended/);
  });

  it("is refused if it needs another id: the browser would lose its session", async () => {
    const refusals: unknown[] = [];
    const played = await sceneWithSession(async (_req, res, session) => {
      res.write("half of ");
      session.values["late"] = true;
      await session.regenerate().catch((error: unknown) => refusals.push(error));
      res.end("it");
    });
    expect((await played.browser.visit("/")).text).toBe("half of it");
    expect(refusals).toEqual([expect.any(HeadersSentError)]);
    expect(played.errors).toEqual([]);
    expect((await stored(played))["late"]).toBe(true);
  });

  it("is not reported if the cookie would only have been renewed", async () => {
    const { browser, errors } = await sceneWithSession(async (_req, res, session) => {
      res.write("half of ");
      await session.touch();
      res.end("it");
    });
    expect((await browser.visit("/")).text).toBe("half of it");
    expect(errors).toEqual([]);
  });
});

/** Serves a response whose session is loaded, and changed by `change`, after the first byte. */
async function lateLoad(
  change: (values: Data) => unknown,
): Promise<{ browser: Browser; store: RediStore<Data>; errors: unknown[] }> {
  const store = await memoryStore();
  const errors: unknown[] = [];
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.url !== "/start") {
      res.write("half of ");
      attach(req, res, { onError: (error) => void errors.push(error) });
    }
    const { values } = await getSession(store, req, res);
    if (req.url === "/start") values["seen"] = true;
    else change(values);
    res.end("it");
  };
  const server = createServer((req, res) => void serve(req, res));
  return { browser: new Browser(`http://127.0.0.1:${await listen(server)}`), store, errors };
}

describe("a session that is asked for after the first byte", () => {
  it("is stored if the browser has its cookie", async () => {
    const { browser, store, errors } = await lateLoad((values) => (values["late"] = true));
    await browser.visit("/start");
    expect((await browser.visit("/")).text).toBe("half of it");
    const { values } = await store.load("session", browser.cookies.get("session") ?? "");
    expect([{ ...values }, errors]).toEqual([{ seen: true, late: true }, []]);
  });

  it("is reported and not stored if it is new", async () => {
    const { browser, store, errors } = await lateLoad((values) => (values["late"] = true));
    expect((await browser.visit("/")).text).toBe("half of it");
    expect([await store.count(), errors]).toEqual([0, [expect.any(HeadersSentError)]]);
  });
});
