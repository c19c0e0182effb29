// Wrapping a request listener.
import { createServer } from "node:http";
import { ConfigError, type RediStore, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { withSession } from "../../src/index.ts";
import { Browser, deferred } from "../../src/testing/index.ts";
import { type Data, listen, memoryStore, scene } from "../serve.ts";

async function serve(
  store: RediStore<Data> | Promise<RediStore<Data>>,
  options?: string,
): Promise<Browser> {
  const listener = withSession(
    store,
    (_req, res, { values }) => {
      res.end(String((values["views"] = Number(values["views"] ?? 0) + 1)));
    },
    options,
  );
  return new Browser(`http://127.0.0.1:${await listen(createServer(listener))}`);
}

describe("withSession", () => {
  it("takes the promise of a store, too", async () => {
    const browser = await serve(memoryStore());
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("2");
  });

  it("takes a string for the name of the session", async () => {
    const browser = await serve(await memoryStore(), "admin");
    await browser.visit("/");
    expect([...browser.cookies.keys()]).toEqual(["admin"]);
  });

  it.each([undefined, null, {}, "redis://localhost"])(
    "refuses %j for a store, at once",
    (store) => {
      expect(() => withSession(store as never, () => {})).toThrow(ConfigError);
      expect(() => withSession(store as never, () => {})).toThrow(
        "withSession takes a store first",
      );
    },
  );

  it("does not run the handler where the session cannot be loaded", async () => {
    let runs = 0;
    const { browser, gated, errors } = await scene((_req, res) => {
      runs++;
      res.end();
    });
    const away = new StoreUnavailableError("Redis is away.");
    gated.failLoads(away);
    browser.cookies.set("session", "any");
    const { status, headers } = await browser.visit("/");
    expect([status, headers["retry-after"], runs, errors]).toEqual([503, "1", 0, [away]]);
  });

  it("sends 500 if the store could not be opened", async () => {
    const errors: unknown[] = [];
    const { promise, reject } = deferred<RediStore<Data>>();
    const onError = (error: unknown): void => void errors.push(error);
    const server = createServer(withSession(promise, () => {}, { onError }));
    server.on("request", () => reject(new ConfigError("No keys.")));
    const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
    expect((await browser.visit("/")).status).toBe(500);
    expect(errors).toEqual([expect.any(ConfigError)]);
  });

  it("tells onError which request it was", async () => {
    const asked: unknown[] = [];
    const { browser } = await scene(
      () => {
        throw new Error("a bug");
      },
      { onError: (error, req, res) => void asked.push(String(error), req.url, res.statusCode) },
    );
    await browser.visit("/path");
    expect(asked).toEqual(["Error: a bug", "/path", 500]);
  });
});
