// withRolling: activity keeps a session alive, at no command more.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import type { CookieCarrier } from "../../src/cookies/cookie-carrier.ts";
import { ConfigError } from "../../src/errors.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import { withEncryptedValues } from "../../src/options/secrecy-options.ts";
import {
  withAbsoluteTimeout,
  withAnonymousMaxAge,
  withDefaultMaxAge,
  withRolling,
} from "../../src/options/lifetime-options.ts";
import { withClock, withMaxAge } from "../../src/options/store-options.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";
import type { Session } from "../../src/session/session.ts";
import { SteppingBackend } from "./records/stepping-backend.ts";
import { finish, settled } from "./records/steps.ts";

const KEYS = keysFromStrings("k".repeat(32));
type Values = Record<string, unknown>;

const START = 2_000_000_000;

/** A browser, and the commands that its last request cost. */
class Browser {
  readonly clock = { now: START };
  cookie: string | undefined;
  readonly #opening;
  readonly #process: SteppingBackend;

  constructor(maxAge: number, options: readonly OptionalStoreOption[]) {
    const now = (): number => this.clock.now;
    this.#process = new SteppingBackend(new MemoryBackend({ now }));
    const base = [withBackend(this.#process), withClock(now), withMaxAge(maxAge)];
    this.#opening = createStore<Values>(KEYS, base, options);
  }

  /** Resolves with the steps of the backend, and whether the response has a cookie. */
  async request(
    act: (session: Session<Values>) => unknown = () => undefined,
    carrier?: CookieCarrier,
  ): Promise<{
    readonly steps: readonly string[];
    readonly hasCookie: boolean;
    readonly isNew: boolean;
  }> {
    const store = await this.#opening;
    let result!: { hasCookie: boolean; isNew: boolean };
    const run = async (): Promise<void> => {
      const session = await store.load("session", this.cookie ?? [], undefined, carrier);
      const { isNew } = session;
      await act(session);
      const [cookie] = await store.save(session);
      if (cookie) this.cookie = cookie.value;
      result = { hasCookie: cookie !== undefined, isNew };
    };
    const steps = await finish(this.#process, run());
    return { steps, ...result };
  }

  /** Reads every `gap` seconds for `seconds`; resolves with whether the session lived on, and the steps of all requests. */
  async read(
    seconds: number,
    gap: number,
  ): Promise<{ lives: boolean; steps: string[]; cookies: number }> {
    const all: string[] = [];
    let cookies = 0;
    for (let at = 0; at < seconds; at += gap) {
      this.clock.now += gap;
      const { steps, isNew, hasCookie } = await this.request();
      if (isNew) return { lives: false, steps: all, cookies };
      all.push(...steps);
      if (hasCookie) cookies += 1;
    }
    return { lives: true, steps: all, cookies };
  }
}

const begin = (session: Session<Values>): unknown => (session.values["n"] = 1);
const logIn = (session: Session<Values>): Promise<void> => session.regenerate({ principal: "ada" });

const carrier = (changes: Partial<CookieCarrier>): CookieCarrier => ({
  canSendCookies: () => true,
  isSecure: () => false,
  path: "/",
  ...changes,
});

const opened = async (...options: OptionalStoreOption[]): Promise<Browser> =>
  openedFor(1000, ...options);

/** The browser has a session in a store whose sessions live for `maxAge` seconds. */
const openedFor = async (maxAge: number, ...options: OptionalStoreOption[]): Promise<Browser> => {
  const browser = new Browser(maxAge, options);
  await browser.request(begin);
  return browser;
};

describe("a session that is only read", () => {
  it("expires without withRolling", async () => {
    const browser = await opened();
    expect(await browser.read(1500, 50)).toMatchObject({ lives: false });
  });

  it("lives as long as it is used, with one command for each request", async () => {
    const browser = await opened(withRolling());
    const { lives, steps, cookies } = await browser.read(5000, 50);
    expect(lives).toBe(true);
    expect(steps).toHaveLength(100);
    expect(steps.filter((step) => step === "roll")).toHaveLength(50);
    expect(cookies).toBe(50);
  });

  it("gets its cookie anew as often as `every` says, and not between", async () => {
    const browser = await opened(withRolling({ every: 300 }));
    const { steps, cookies } = await browser.read(3000, 100);
    expect([cookies, steps.filter((step) => step === "roll").length]).toEqual([10, 10]);
  });

  it("expires when it was not used for its lifetime", async () => {
    const browser = await opened(withRolling());
    await browser.read(1000, 200);
    browser.clock.now += 1001;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });

  it("ends at its absolute timeout, however much it is used", async () => {
    const browser = await opened(withRolling(), withAbsoluteTimeout(2000));
    expect(await browser.read(1990, 199)).toMatchObject({ lives: true });
    browser.clock.now += 20;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });
});

describe.each([
  ["plain", []],
  ["encrypted", [withEncryptedValues()]],
])("a session with a lifetime of its own (%s)", (_, options) => {
  it("keeps that lifetime, though it is shorter than the store's", async () => {
    const browser = await opened(withRolling(), options);
    await browser.request((session) => (session.options.maxAge = 300));
    const { lives, cookies } = await browser.read(1500, 50);
    expect({ lives, cookies }).toEqual({ lives: true, cookies: 30 });
    browser.clock.now += 301;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });

  it("keeps that of a guest until it logs in, in one command each", async () => {
    const browser = await openedFor(30 * 86_400, withRolling(), withAnonymousMaxAge(600), options);
    const guest = await browser.read(3000, 100);
    expect(guest).toMatchObject({ lives: true, cookies: 30 });
    expect(guest.steps).toHaveLength(30);
    browser.clock.now += 601;
    expect(await browser.request(begin)).toMatchObject({ isNew: true });
    await browser.request(logIn);
    const user = await browser.read(3000, 100);
    expect(user).toMatchObject({ lives: true, cookies: 0 });
    browser.clock.now += 20 * 86_400;
    expect(await browser.request()).toMatchObject({ isNew: false, hasCookie: true });
  });

  it("that lasts until the browser closes lives by withDefaultMaxAge", async () => {
    const browser = await opened(withRolling(), withDefaultMaxAge(500), options);
    await browser.request((session) => (session.options.maxAge = 0));
    expect(await browser.read(2000, 100)).toMatchObject({ lives: true });
    browser.clock.now += 501;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });
});

describe("a request", () => {
  it.each([
    ["that declines", carrier({ isActivity: false })],
    ["whose response can carry no cookie", carrier({ canSendCookies: () => false })],
  ])("%s keeps no session alive", async (_, declining) => {
    const browser = await opened(withRolling());
    browser.clock.now += 900;
    expect((await browser.request(undefined, declining)).steps).toEqual(["get"]);
    browser.clock.now += 200;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });

  it("that comes again with the old cookie moves the expiry only once, and gets the cookie again", async () => {
    const browser = await opened(withRolling());
    const { cookie } = browser;
    browser.clock.now += 500;
    for (let count = 0; count < 3; count++) {
      browser.cookie = cookie; // The response with the new one was lost.
      expect(await browser.request()).toMatchObject({ steps: ["roll"], hasCookie: true });
    }
  });

  it("with misleading values lives no longer than the session's own lifetime", async () => {
    const browser = await opened(withRolling());
    await browser.request((session) => {
      session.values["name"] = '_redistore: principal":"eve","maxAge":900000,"created":2000000000';
    });
    browser.clock.now += 100;
    expect((await browser.request()).steps).toEqual(["roll", "replace"]);
    browser.clock.now += 1001;
    expect(await browser.request()).toMatchObject({ isNew: true });
  });
});

describe("withRolling", () => {
  it("refuses what it does not know, and an `every` that is too long or none", async () => {
    expect(() => withRolling({ often: 1 } as never)).toThrow(/no option "often"/);
    for (const every of [0, -1, 1.5, Number.NaN, Infinity, "60" as never])
      expect(() => withRolling({ every })).toThrow(ConfigError);
    await expect(
      createStore(
        KEYS,
        withBackend(new MemoryBackend()),
        withMaxAge(60),
        withRolling({ every: 60 }),
      ),
    ).rejects.toThrow(/every is 60 seconds, and sessions live for 60/);
    await expect(createRecords(withBackend(new MemoryBackend()), withRolling())).rejects.toThrow(
      /createRecords makes no cookies/,
    );
    await settled();
  });
});
