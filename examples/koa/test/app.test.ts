// The example does what its README says.
import { randomUUID } from "node:crypto";
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

it("counts the visits of a guest", async () => {
  expect((await browser.visit("/")).text).toBe("A guest was here 1 times.\n");
  expect((await browser.visit("/")).text).toBe("A guest was here 2 times.\n");
});

it("logs in under a new id, and keeps the count", async () => {
  await browser.visit("/");
  const before = browser.clone();
  const { status, headers } = await browser.visit("/login", { method: "POST" });
  expect([status, headers.location]).toEqual([302, "/"]);
  expect((await browser.visit("/")).text).toBe("Ada was here 2 times.\n");
  // The old id leads nowhere, and nothing can be kept under it.
  expect((await before.visit("/")).status).toBe(409);
});

it("logs out for good", async () => {
  await browser.visit("/login", { method: "POST" });
  const elsewhere = browser.clone();
  await browser.visit("/logout", { method: "POST" });
  expect(browser.cookies.size).toBe(0);
  expect((await elsewhere.visit("/")).status).toBe(409);
});
