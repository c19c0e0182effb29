// withRenewal: sessions get a new id by time, and the old one is worth nothing after its grace period.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import type { CookieCarrier } from "../../src/cookies/cookie-carrier.ts";
import { ConfigError, SessionGoneError } from "../../src/errors.ts";
import { withAbsoluteTimeout, withRenewal } from "../../src/options/lifetime-options.ts";
import { withClock, withMaxAge } from "../../src/options/store-options.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";
import type { Session } from "../../src/session/session.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings("k".repeat(32));
const START = 2_000_000_000;

async function open(...options: Parameters<typeof createStore>[1][]) {
  const clock = { now: START };
  const now = (): number => clock.now;
  const base = [withBackend(new MemoryBackend({ now })), withClock(now), withMaxAge(10_000)];
  const store = await createStore<Values>(
    KEYS,
    base,
    withRenewal({ every: 600, grace: 30 }),
    options,
  );
  /** One request with `cookie`. Resolves with its session, and the cookie that the browser has afterwards. */
  const request = async (
    cookie: string,
    act: (session: Session<Values>) => unknown = () => undefined,
    carrier?: CookieCarrier,
  ) => {
    const session = await store.load("session", cookie, undefined, carrier);
    const { isNew } = session;
    await act(session);
    const [sent] = await store.save(session);
    return { session, isNew, sent, cookie: sent?.value ?? cookie };
  };
  const begun = async () => {
    const session = store.create();
    session.values["n"] = 1;
    await session.regenerate({ principal: "ada" });
    const [cookie] = session.takeCookies();
    return cookie?.value ?? "";
  };
  return { clock, store, request, cookie: await begun() };
}

describe("a session with withRenewal", () => {
  it("gets a new id when the time has come, and keeps its data, public id, user and times", async () => {
    const { clock, request, cookie } = await open();
    const before = await request(cookie);
    expect(before.sent).toBeUndefined();
    clock.now += 600;
    const renewed = await request(cookie);
    expect(renewed.cookie).not.toBe(cookie);
    expect(renewed.session.id).not.toBe(before.session.id);
    const after = await request(renewed.cookie);
    expect(after).toMatchObject({ isNew: false, sent: undefined });
    expect(after.session).toMatchObject({
      values: { n: 1 },
      principal: "ada",
      publicId: before.session.publicId,
      authenticatedAt: new Date(START * 1000),
    });
    clock.now += 599;
    expect((await request(renewed.cookie)).sent).toBeUndefined();
    clock.now += 1;
    expect((await request(renewed.cookie)).sent).toBeDefined();
  });

  it("stores the change of the request that renews it", async () => {
    const { clock, request, cookie } = await open();
    clock.now += 600;
    const renewed = await request(cookie, ({ values }) => (values["n"] = 2));
    expect((await request(renewed.cookie)).session.values).toEqual({ n: 2 });
  });

  it("serves requests with the old id for the grace period, without its cookie", async () => {
    const { clock, request, cookie } = await open();
    clock.now += 600;
    const renewed = await request(cookie);
    await request(renewed.cookie);
    clock.now += 29;
    const late = await request(cookie, ({ values }) => (values["late"] = true));
    expect(late).toMatchObject({ isNew: false, sent: undefined });
    expect((await request(renewed.cookie)).session.values).toEqual({ n: 1, late: true });
  });

  it("gives nothing to its old id after that, and tells of it", async () => {
    const { clock, request, cookie } = await open();
    const reused: unknown[] = [];
    const listen = (message: unknown): void => void reused.push(message);
    subscribe("redistore:reused", listen);
    onTestFinished(() => void unsubscribe("redistore:reused", listen));
    clock.now += 600;
    const renewed = await request(cookie);
    await request(renewed.cookie);
    clock.now += 31;
    const thief = await request(cookie);
    expect(thief).toMatchObject({ isNew: true, session: { values: {}, rejected: "gone" } });
    expect(reused).toEqual([{ publicId: renewed.session.publicId, principal: "ada" }]);
    expect((await request(renewed.cookie)).isNew).toBe(false);
  });

  it("is renewed once by two requests at the same time", async () => {
    const { clock, store, request, cookie } = await open();
    clock.now += 600;
    const both = await Promise.all([request(cookie), request(cookie)]);
    expect(both.map(({ sent }) => sent !== undefined).filter(Boolean).length).toBeGreaterThan(0);
    expect(await store.count()).toBe(1);
    for (const { cookie: mine } of both) expect((await request(mine)).isNew).toBe(false);
  });

  it("is not renewed where no cookie can be sent, or a shared cache may keep it", async () => {
    const { clock, request, cookie } = await open();
    clock.now += 600;
    const usual = { canSendCookies: () => true, isSecure: () => false, path: "/" };
    for (const carrier of [
      { ...usual, canSendCookies: () => false },
      { ...usual, mayBeShared: () => true },
    ]) {
      expect((await request(cookie, undefined, carrier)).sent).toBeUndefined();
    }
    expect((await request(cookie, undefined, usual)).sent).toBeDefined();
  });

  it("does not outlive its absolute timeout by it", async () => {
    const { clock, request, cookie } = await open(withAbsoluteTimeout(1000));
    clock.now += 600;
    const renewed = await request(cookie);
    clock.now += 399;
    expect((await request(renewed.cookie)).isNew).toBe(false);
    clock.now += 2;
    expect((await request(renewed.cookie)).isNew).toBe(true);
  });

  it("that ended meanwhile is not renewed: a read is answered, a change is refused", async () => {
    const { clock, store, request, cookie } = await open();
    clock.now += 600;
    const end = ({ id }: Session<Values>) => store.records.destroy(id, { told: true });
    expect(await request(cookie, end)).toMatchObject({ isNew: false, sent: undefined });
    const other = await open();
    other.clock.now += 600;
    const changed = other.request(other.cookie, async (session) => {
      session.values["n"] = 2;
      await other.store.records.destroy(session.id, { told: true });
    });
    await expect(changed).rejects.toThrow(SessionGoneError);
  });

  it("that another program stored gets a new id with its first request", async () => {
    const backend = new MemoryBackend();
    const usual = await createStore<Values>(KEYS, withBackend(backend));
    const session = usual.create();
    session.values["n"] = 1;
    const [cookie] = await usual.save(session);
    const renewing = await createStore<Values>(
      KEYS,
      withBackend(backend),
      withRenewal({ every: 600 }),
    );
    const loaded = await renewing.load("session", cookie?.value);
    expect(await renewing.save(loaded)).toHaveLength(1);
    expect(loaded).toMatchObject({ values: { n: 1 } });
    expect(loaded.id).not.toBe(session.id);
  });
});

describe("withRenewal", () => {
  it("refuses times that are out of range, or longer than what they sit in", async () => {
    for (const every of [0, 1.5, -1, Number.NaN, 401 * 86_400])
      expect(() => withRenewal({ every })).toThrow(ConfigError);
    for (const grace of [0, -1, 301, 60, Number.NaN, "1" as never])
      expect(() => withRenewal({ every: 60, grace })).toThrow(/grace is/);
    expect(() => withRenewal({ often: 1 } as never)).toThrow(/no option "often"/);
    const memory = withBackend(new MemoryBackend());
    await expect(
      createStore(KEYS, memory, withMaxAge(60), withRenewal({ every: 60 })),
    ).rejects.toThrow(/withRenewal: every is 60 seconds, and sessions live for 60/);
    await expect(createRecords(memory, withRenewal({ every: 60 }))).rejects.toThrow(
      /createRecords makes no cookies/,
    );
  });
});
