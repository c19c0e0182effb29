// A good cookie with stale ones of its name beside it: what is cleared, and what is left alone.
import { describe, expect, it } from "vitest";
import { createCodec } from "../../../src/codec/secure-cookie.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";
import { staleBeside } from "../../../src/session/stale-cookies.ts";
import type { SetCookie } from "../../../src/cookies/set-cookie.ts";
import { KEYS, openStore, START, type OpenedStore } from "./open-store.ts";

const PAGE = { host: "www.example.com", path: "/app/list" };

const encode = (id: string, now = START): string =>
  createCodec(KEYS, { now: () => now }).encode("session", id);
const EXPIRED = encode("X", 1);
const UNKNOWN = encode("never-there");

/** A session of this user, and its cookie. */
async function login({ store }: OpenedStore, user: string): Promise<string> {
  const session = store.create();
  session.values["user"] = user;
  return (await store.save(session))[0]?.value ?? "";
}

/** A store with ada logged in, and the cookie of a session that has ended. */
async function open() {
  const opened = await openStore();
  const [good, ended] = [await login(opened, "ada"), await login(opened, "bob")];
  await opened.store.destroy(await opened.store.load("session", ended));
  opened.steps.length = 0;
  return { ...opened, good, ended };
}

const isClearing = (cookie: SetCookie): boolean => String(cookie).includes("; Max-Age=0;");

describe("a good cookie beside a stale one", () => {
  it("has all that came behind it looked for at once, so that they share one time-out", async () => {
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    const records = {
      load: (id: string) => {
        begun.push(id);
        return new Promise((resolve) => answers.push(() => resolve({ state: "gone" })));
      },
    } as unknown as OpenedStore["store"]["records"];
    const good = { value: encode("A"), ids: ["A"] };
    const values = [good.value, encode("B"), encode("C")];
    const codec = createCodec(KEYS, { now: () => START });
    const stale = staleBeside(good, "session", values, codec, records);
    expect(begun).toEqual(["B", "C"]);
    for (const answer of answers) answer();
    expect(await stale).toEqual({ behind: true, foreign: false });
  });

  it.each<[string, (ended: string) => string]>([
    ["of a session that was ended", (ended) => ended],
    ["of a session that nobody knows", () => UNKNOWN],
    ["that has expired", () => EXPIRED],
  ])("%s is sent anew, behind clearing ones, by a request that only reads", async (_, make) => {
    const { store, steps, good, ended } = await open();
    const stale = make(ended);
    for (const values of [
      [stale, good],
      [good, stale],
    ]) {
      steps.length = 0;
      const session = await store.load("session", values);
      expect([session.values["user"], session.rejected]).toEqual(["ada", undefined]);
      expect(steps).toHaveLength(stale === EXPIRED ? 1 : 2);
      expect(store.needsSave(session)).toBe(true);
      const cookies = await store.save(session, PAGE);
      expect(cookies.map(isClearing)).toEqual([...cookies.slice(1).map(() => true), false]);
      expect(cookies.length).toBeGreaterThan(1);
      const next = await store.load("session", cookies.at(-1)?.value);
      expect(next.id).toBe(session.id);
      expect(new Set(steps)).toEqual(new Set(["get"]));
      expect(store.needsSave(session)).toBe(false);
      expect(await store.save(session, PAGE)).toEqual([]);
    }
  });

  it("is sent anew alone where the store is not told what was asked for", async () => {
    const { store, good, ended } = await open();
    const cookies = await store.save(await store.load("session", [ended, good]));
    expect(cookies.map(isClearing)).toEqual([false]);
  });

  it("is sent anew alone where a cookie came too that may be another application's", async () => {
    const { store, good, ended } = await open();
    for (const values of [
      ["forged", ended, good],
      [ended, good, `${good.slice(0, -8)}AAAAAAAA`],
    ]) {
      const cookies = await store.save(await store.load("session", values), PAGE);
      expect(cookies.map(isClearing)).toEqual([false]);
    }
  });

  it("is not taken from the rest of the site by a path that all stale ones are longer than", async () => {
    const { store, good, ended } = await open();
    for (const [values, cleared] of [
      [[ended, good], ["/app/list"]],
      [
        [good, ended],
        ["/app/list", "/"],
      ],
    ] as const) {
      const session = await store.load("session", values, { path: "/app" });
      const cookies = await store.save(session, { path: "/app/list" });
      const paths = cookies.filter(isClearing).map(({ options }) => options.path);
      expect(paths).toEqual([...cleared, "/app/"]);
    }
  });

  it("gives way to that of a login, which clears the stale ones too, however often it is saved", async () => {
    const { store, good, ended } = await open();
    const session = await store.load("session", [ended, good]);
    const before = await store.save(session, PAGE);
    const after = await store.regenerate(session, { principal: "ada" }, PAGE);
    expect(after.map(isClearing)).toEqual(before.map(isClearing));
    expect((await store.load("session", after.at(-1)?.value)).principal).toBe("ada");
  });

  it("is cleared alone by a logout, as ever", async () => {
    const { store, good, ended } = await open();
    const cookies = await store.destroy(await store.load("session", [ended, good]), PAGE);
    expect(cookies.map(String)).toEqual([expect.stringMatching(/^session=; Path=\/; Expires=/)]);
  });

  it("is not lost with Redis, where the other one cannot be looked at", async () => {
    const { store, backend, good } = await open();
    const get = backend.get.bind(backend);
    let looks = 0;
    backend.get = async (...args) => {
      if (looks++ > 0) throw new StoreUnavailableError("away");
      return get(...args);
    };
    const session = await store.load("session", [good, UNKNOWN]);
    expect([session.values["user"], looks]).toEqual(["ada", 2]);
    expect(store.needsSave(session)).toBe(false);
  });
});

describe("no cookie is cleared, and none sent anew", () => {
  it("beside one that may be another application's", async () => {
    const { store, good } = await open();
    for (const foreign of ["forged", `${good.slice(0, -8)}AAAAAAAA`]) {
      for (const values of [
        [foreign, good],
        [good, foreign],
      ]) {
        const session = await store.load("session", values);
        expect(store.needsSave(session)).toBe(false);
        expect(await store.save(session, PAGE)).toEqual([]);
      }
    }
  });

  it("beside one of another session that lives, or of the same one", async () => {
    const opened = await open();
    const { store, steps, clock, good } = opened;
    const other = await login(opened, "cleo");
    const { id } = await store.load("session", good);
    const again = encode(id, clock.now + 1);
    for (const [second, looks] of [
      [other, 2],
      [again, 1],
    ] as const) {
      steps.length = 0;
      const session = await store.load("session", [good, second]);
      expect(await store.save(session, PAGE)).toEqual([]);
      expect(steps).toHaveLength(looks);
    }
  });

  it("beside the old one of a session that has just moved", async () => {
    const { store, good } = await open();
    const session = await store.load("session", good);
    const [moved] = await store.regenerate(session, { grace: 60 });
    const both = await store.load("session", [moved?.value ?? "", good]);
    expect(await store.save(both, PAGE)).toEqual([]);
  });

  it("where no good one came", async () => {
    const { store, ended } = await open();
    for (const values of [[ended], [ended, EXPIRED], [UNKNOWN, EXPIRED]]) {
      const session = await store.load("session", values);
      expect(store.needsSave(session)).toBe(false);
      expect(await store.save(session, PAGE)).toEqual([]);
    }
  });
});
