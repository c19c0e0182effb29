import { StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { data, scene, withHandler } from "./serve.ts";

describe("req.session = null", () => {
  it("ends the session with the response", async () => {
    const { browser, store } = await scene(
      withHandler((req, res) => {
        req.session = null as never;
        res.json([typeof req.session]);
      }),
    );
    await browser.visit("/set?views=1");
    const { text, setCookie } = await browser.visit("/");
    expect(text).toBe('["undefined"]');
    expect(setCookie.join()).toMatch(/^session=;.*Max-Age=0/);
    expect(await store.count()).toBe(0);
  });

  it("stores nothing of a new one", async () => {
    const { browser, store } = await scene(
      withHandler((req, res) => {
        data(req)["user"] = "ada";
        req.session = null as never;
        res.end();
      }),
    );
    expect((await browser.visit("/")).setCookie).toEqual([]);
    expect(await store.count()).toBe(0);
  });

  it("gets 503, and is no logout, if the store is away", async () => {
    const { browser, gated } = await scene(
      withHandler((req, res) => {
        req.session = null as never;
        res.end("logged out");
      }),
    );
    await browser.visit("/set?views=1");
    gated.failSaves(new StoreUnavailableError("Redis is away."));
    expect((await browser.visit("/")).status).toBe(503);
    gated.failSaves(undefined);
    expect((await browser.visit("/show")).text).toBe('{"views":"1"}');
  });
});
