// withAudience: stores with the same keys and cookie name do not accept each other's cookies.
import { describe, expect, it } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import { withBackend } from "../../../src/backends/with-backend.ts";
import { keysFromStrings } from "../../../src/codec/keys.ts";
import { createCodec } from "../../../src/codec/secure-cookie.ts";
import { ConfigError } from "../../../src/errors.ts";
import { withMemory } from "../../../src/options/connection-options.ts";
import { withAudience } from "../../../src/options/secrecy-options.ts";
import { withCookieName } from "../../../src/options/store-options.ts";
import { createRecords, createStore } from "../../../src/session/create-store.ts";
import type { RediStore } from "../../../src/session/redi-store.ts";
import { BACKENDS } from "../records/stored-session.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings("a".repeat(32), "e".repeat(32));
const ID = "X".repeat(43);

/** A store for each audience, all with the same keys, cookie name and backend. */
function openStores(
  backend: Backend,
  audiences: readonly (string | undefined)[],
): Promise<RediStore<Values>[]> {
  return Promise.all(
    audiences.map((audience) =>
      createStore<Values>(
        KEYS,
        withBackend(backend),
        audience === undefined ? null : withAudience(audience),
      ),
    ),
  );
}

async function cookieOf(store: RediStore<Values>): Promise<string> {
  const browser = new Browser(store);
  await browser.request(({ values }) => (values["user"] = "ada"));
  return browser.jar.get("session") ?? "";
}

describe.each(BACKENDS)("an audience, on %s", (_, open) => {
  it("is accepted by stores of this audience alone", async () => {
    const backend = await open();
    const stores = await openStores(backend, [undefined, "admin", "shop"]);
    const cookies = await Promise.all(stores.map(cookieOf));
    // Twice: the second time, a store finds its own cookies among those that it verified before.
    for (const store of [...stores, ...stores]) {
      const sessions = await Promise.all(cookies.map((cookie) => store.load("session", cookie)));
      const own = stores.indexOf(store);
      expect(sessions.map(({ rejected }) => rejected)).toEqual(
        cookies.map((_cookie, at) => (at === own ? undefined : "tampered")),
      );
      expect(sessions.map(({ values }) => values["user"])).toEqual(
        cookies.map((_cookie, at) => (at === own ? "ada" : undefined)),
      );
    }
    await backend.close();
  });
});

describe("an audience", () => {
  it("is bound together with the cookie name", async () => {
    const store = await createStore<Values>(KEYS, withMemory(), withAudience("admin"));
    const cookie = await cookieOf(store);
    expect((await store.load("session", cookie)).rejected).toBeUndefined();
    expect((await store.load("other", cookie)).rejected).toBe("tampered");
  });

  it("is never another cookie name, nor part of one", async () => {
    const codec = createCodec(KEYS);
    const none = await createStore<Values>(KEYS, withMemory());
    const shared = await createStore<Values>(KEYS, withMemory(), withAudience("b/c|1"));
    for (const name of ["session", "session|b", "session.b/c", "b", "session/b"]) {
      const value = codec.encode(name, ID);
      expect((await shared.load("session", value)).rejected).toBe("tampered");
      if (name === "session") continue;
      expect((await none.load("session", value)).rejected).toBe("tampered");
    }
    // A slash in the audience is no second separator: cookie names have none.
    await expect(none.load("session/b", codec.encode("session/b", ID))).rejects.toThrow(
      ConfigError,
    );
  });

  it("is the name that another program signs, after a slash", async () => {
    const store = await createStore<Values>(
      KEYS,
      withMemory(),
      withAudience("admin"),
      withCookieName("sid"),
    );
    const browser = new Browser(store);
    await browser.request(({ values }) => (values["user"] = "ada"));
    const decoded = createCodec(KEYS).decode("sid/admin", browser.jar.get("sid") ?? "");
    expect(decoded.rejected).toBeUndefined();
  });

  it("changes nothing if there is none: the cookie is Go's", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    expect(createCodec(KEYS).decode("session", await cookieOf(store)).rejected).toBeUndefined();
  });

  it("is refused by createRecords, which makes no cookies", async () => {
    await expect(createRecords(withMemory(), withAudience("admin"))).rejects.toThrow(
      'withAudience sets "audience" of a cookie, and createRecords makes no cookies',
    );
  });
});
