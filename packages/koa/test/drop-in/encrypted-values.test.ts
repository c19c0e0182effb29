// KoaSessionStore over records that withEncryptedValues encrypts.
import { describe, expect, it } from "vitest";
import { openEncrypted } from "../../../../test/drop-in/records.ts";
import { backends, serve } from "./application.ts";

describe.each(backends)("encrypted sessions of koa-session over %s", (_backend, connection) => {
  it("are loaded and merged, and begin anew when their keys are gone", async () => {
    const { records, loseKeys } = await openEncrypted(connection());
    const { browser, errors } = await serve(
      { records },
      {
        "/user": (ctx) => void (ctx.session["user"] = "canary"),
        "/a": (ctx) => void (ctx.session["a"] = "canary"),
        "/b": (ctx) => void (ctx.session["b"] = "canary"),
        "/": (ctx) => void (ctx.body = { ...ctx.session }),
      },
    );
    await browser.visit("/user");
    await Promise.all(["/a", "/b"].map((path) => browser.visit(path)));
    const stored = { user: "canary", a: "canary", b: "canary" };
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject(stored);
    loseKeys();
    const values = JSON.parse((await browser.visit("/")).text) as object;
    for (const key of Object.keys(stored)) expect(values).not.toHaveProperty(key);
    await browser.visit("/user");
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "canary" });
    expect(await records.count()).toBe(2);
    expect(errors).toEqual([]);
  });
});
