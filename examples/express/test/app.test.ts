// The example does what its README says.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createStore, keysFromStrings, withKeyPrefix, withURL } from "@redistore/core";
import { Browser } from "@redistore/http/testing";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { createApp } from "../app.js";

let browser: Browser;
let close: () => Promise<void>;

beforeEach(async () => {
  const store = await createStore(
    keysFromStrings("a-key-of-32-characters-for-tests"),
    withURL(inject("redisUrl")),
    withKeyPrefix(`example_${randomUUID()}_`),
  );
  const server = createApp(store).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  browser = new Browser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  };
});
afterEach(() => close());

const post = { method: "POST" };

it("counts the visits of a guest", async () => {
  expect((await browser.visit("/")).text).toBe("A guest was here 1 times.\n");
  expect((await browser.visit("/")).text).toBe("A guest was here 2 times.\n");
});

it("logs in under a new id, and keeps the count", async () => {
  await browser.visit("/");
  const before = browser.cookies.get("session");
  const { status, headers } = await browser.visit("/login", post);
  expect([status, headers.location]).toEqual([303, "/"]);
  expect(browser.cookies.get("session")).not.toBe(before);
  expect((await browser.visit("/")).text).toBe("Ada was here 2 times.\n");
});

it("logs out for good", async () => {
  await browser.visit("/login", post);
  expect((await browser.visit("/logout", post)).setCookie.join()).toMatch(/^session=;/);
  expect((await browser.visit("/")).text).toBe("A guest was here 1 times.\n");
});

it("is what the README shows", async () => {
  const [readme, app = ""] = await Promise.all(
    ["../../../packages/express/README.md", "../app.js"].map((path) =>
      readFile(new URL(path, import.meta.url), "utf8"),
    ),
  );
  expect(readme).toContain(app.slice(app.indexOf("import ")));
});
