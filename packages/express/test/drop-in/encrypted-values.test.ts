// ExpressSessionStore over records that withEncryptedValues encrypts.
import { describe, expect, it } from "vitest";
import { openEncrypted } from "../../../../test/drop-in/records.ts";
import { backends, data, serve } from "./application.ts";

describe.each(backends)("encrypted sessions of express-session over %s", (_backend, connection) => {
  it("are loaded and merged, and begin anew when their keys are gone", async () => {
    const { records, loseKeys } = await openEncrypted(connection());
    const { browser, errors } = await serve({ records }, (app) => {
      app.get("/set/:key", (req, res) => {
        data(req)[req.params.key] = "canary";
        res.json(req.sessionID);
      });
      app.get("/", (req, res) => {
        const { cookie: _, ...values } = data(req);
        res.json(values);
      });
    });
    const first = await browser.visit("/set/user");
    await Promise.all(["a", "b", "c"].map((key) => browser.visit(`/set/${key}`)));
    const stored = { user: "canary", a: "canary", b: "canary", c: "canary" };
    expect(JSON.parse((await browser.visit("/")).text)).toEqual(stored);
    loseKeys();
    expect(JSON.parse((await browser.visit("/")).text)).toEqual({});
    const second = await browser.visit("/set/user");
    expect(second.text).not.toBe(first.text);
    expect(JSON.parse((await browser.visit("/")).text)).toEqual({ user: "canary" });
    expect(await records.count()).toBe(2);
    expect(errors).toEqual([]);
  });
});
