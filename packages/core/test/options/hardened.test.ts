// hardened(): each of its settings takes effect, and what contradicts it is refused.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { generateKeys, keysFromStrings } from "../../src/codec/keys.ts";
import { isEncrypted } from "../../src/codec/record-cipher.ts";
import { ConfigError } from "../../src/errors.ts";
import { hardened } from "../../src/options/hardened.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import { withClearSiteData } from "../../src/options/secrecy-options.ts";
import { withClock, withMaxAge, withSessionOptions } from "../../src/options/store-options.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());
const START = 2_000_000_000;

async function open(...options: OptionalStoreOption[]) {
  const clock = { now: START };
  const now = (): number => clock.now;
  const backend = new MemoryBackend({ now });
  const store = await createStore<Values>(KEYS, withBackend(backend), withClock(now), options);
  const begin = async (principal?: string) => {
    const session = store.create();
    session.values["n"] = 1;
    if (principal !== undefined) await session.regenerate({ principal });
    const [cookie] = await store.save(session, { secure: true });
    return { session, cookie };
  };
  /** Uses the session every `gap` seconds until it has ended; resolves with how long that took. */
  const useUntilEnd = async (value: string, gap: number): Promise<number> => {
    let sent = value;
    for (;;) {
      clock.now += gap;
      const session = await store.load(store.defaultName, sent);
      if (session.isNew) return clock.now - START;
      const [cookie] = await store.save(session, { secure: true });
      sent = cookie?.value ?? sent;
    }
  };
  return { backend, clock, store, begin, useUntilEnd };
}

describe("hardened()", () => {
  it("sends a cookie __Host-session that is Secure and ends with the browser", async () => {
    const { begin } = await open(hardened());
    const text = String((await begin()).cookie);
    expect(text).toMatch(/^__Host-session=/);
    expect(text).toContain("; Path=/; HttpOnly; Secure; SameSite=Lax");
    expect(text).not.toMatch(/Max-Age|Expires|Domain/);
  });

  it("stores nothing in clear", async () => {
    const { backend, begin } = await open(hardened());
    const { session } = await begin();
    const { record } = await backend.get(session.id, new Deadline(1));
    expect(isEncrypted(record as Buffer)).toBe(true);
  });

  it("ends a user's session half an hour after its last use, and 12 hours after the login", async () => {
    const idle = await open(hardened());
    const { cookie } = await idle.begin("ada");
    expect(await idle.useUntilEnd(cookie?.value ?? "", 1801)).toBe(1801);
    const used = await open(hardened());
    const other = await used.begin("ada");
    expect(await used.useUntilEnd(other.cookie?.value ?? "", 600)).toBe(43_200);
  });

  it("ends a guest's after a quarter of an hour, and takes other times", async () => {
    const guests = await open(hardened());
    const { cookie } = await guests.begin();
    expect(await guests.useUntilEnd(cookie?.value ?? "", 901)).toBe(901);
    const short = await open(hardened({ idle: 60, absolute: 300 }));
    const ada = await short.begin("ada");
    expect(await short.useUntilEnd(ada.cookie?.value ?? "", 50)).toBe(300);
  });

  it("can be given sameSite beside it, and none of its own settings again", async () => {
    const { begin } = await open(hardened(), withSessionOptions({ sameSite: "strict" }));
    expect(String((await begin()).cookie)).toContain("SameSite=Strict");
    await expect(open(hardened(), withMaxAge(60))).rejects.toThrow(/withMaxAge sets "maxAge"/);
  });

  it("requires long keys, also of a function that returns them", async () => {
    const short = keysFromStrings("s".repeat(31));
    const memory = withBackend(new MemoryBackend());
    const message = /pair 1 is shorter than 32 bytes, which hardened\(\) requires/;
    await expect(createStore(short, memory, hardened())).rejects.toThrow(message);
    await expect(createStore(() => short, memory, hardened())).rejects.toMatchObject({
      cause: { message: expect.stringMatching(message) },
    });
    await expect(createStore(() => KEYS, memory, hardened())).resolves.toBeDefined();
  });

  it("refuses wrong times, other options, and records without cookies", async () => {
    for (const options of [
      { idle: 0 },
      { absolute: -1 },
      { idle: 1.5 },
      { idle: 60, absolute: 60 },
    ])
      expect(() => hardened(options)).toThrow(ConfigError);
    expect(() => hardened({ max: 1 } as never)).toThrow(/no option "max"/);
    const records = createRecords(withBackend(new MemoryBackend()), hardened());
    await expect(records).rejects.toThrow(/makes no cookies/);
  });
});

describe("withClearSiteData", () => {
  it("gives its header to the cookie of a logout alone", async () => {
    const { store, begin } = await open(withClearSiteData());
    const { session, cookie } = await begin();
    expect(cookie?.clearSiteData).toBeUndefined();
    const [cleared] = await store.destroy(session);
    expect(cleared?.clearSiteData).toBe('"cache", "cookies", "storage"');
    expect(String(cleared)).toContain("Max-Age=0");
  });

  it("refuses what browsers do not know", () => {
    expect(() => withClearSiteData("cookie" as never)).toThrow(/got 'cookie'.*"cookies"/);
  });
});
