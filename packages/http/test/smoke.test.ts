import { describe, expect, it } from "vitest";
import { withSession } from "../src/index.ts";
import { Browser, gateStore } from "../src/testing/index.ts";
import { memoryStore, serve } from "./serve.ts";

describe("smoke", () => {
  it("counts", async () => {
    const store = await memoryStore();
    const { origin } = await serve(withSession(store, (_req, res, { values }) => {
      res.end(String((values["views"] = Number(values["views"] ?? 0) + 1)));
    }));
    const browser = new Browser(origin);
    const a = await browser.visit("/");
    console.log(a);
    expect(a.text).toBe("1");
    expect((await browser.visit("/")).text).toBe("2");
  });
  it("fails", async () => {
    const gated = gateStore(await memoryStore());
    const { origin } = await serve(withSession(gated.store, (_req, res, { values }) => {
      values["x"] = 1;
      res.setHeader("etag", "x");
      res.setHeader("x-frame-options", "DENY");
      res.end("secret");
    }, { onError: (e) => console.log(String(e)) }));
    gated.failSaves(new Error("boom"));
    console.log(await new Browser(origin).visit("/"));
  });
});
