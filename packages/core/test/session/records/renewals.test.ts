// Renewals of an id with a grace period: requests with the old id are served, and cannot take the session over.
import { describe, expect, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { SessionGoneError } from "../../../src/errors.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { BACKENDS, storeSession, type Values } from "./stored-session.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";

const GRACE = 20;

describe.each(BACKENDS)("a renewal with a grace period (%s)", (_, open) => {
  const renew = async (values: Values = { cart: 1 }) => {
    const clock = { late: 0 };
    const now = (): number => Date.now() / 1000 + clock.late;
    const session = await storeSession(values, { now }, await open());
    const [slow, renewal] = [await session.load(), await session.load()];
    await renewal.regenerate({ grace: GRACE });
    const use = (): Promise<SessionRecord<Values>> => session.records.load(renewal.id);
    return { clock, session, slow, renewal, use };
  };

  it("notes once when the browser first uses the new id", async () => {
    const { session, use, renewal, clock } = await renew();
    expect(await session.stored(renewal.id)).toMatchObject({ _redistore: '{"seen":0}' });
    const first = await use();
    expect([first.changed, first.values]).toEqual([false, { cart: 1 }]);
    const stored = await session.stored(renewal.id);
    expect(stored?.["_redistore"]).toMatch(/^\{"seen":\d+(\.\d+)?\}$/);
    clock.late += 5;
    await use();
    expect(await session.stored(renewal.id)).toEqual(stored);
    await session.backend.close();
  });

  it("takes the use of an id for no use of the one that replaced it meanwhile", async () => {
    const { session, renewal } = await renew();
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(renewal.id);
    await take(process, "get");
    // Before the use is noted, another request renews the session again.
    const next = await makeRecords(session.backend).load(renewal.id);
    await next.regenerate({ grace: GRACE });
    await finish(process, loading);
    expect((await loading).storedId).toBe(next.id);
    expect(await session.stored(next.id)).toEqual({ cart: 1, _redistore: '{"seen":0}' });
    await session.backend.close();
  });

  it("gives a request with the old id no cookie, before and after the new id was used", async () => {
    const { session, use, renewal } = await renew();
    const before = await session.load();
    expect([before.storedId, before.withholdsCookie]).toEqual([renewal.id, true]);
    await use();
    expect((await session.load()).withholdsCookie).toBe(true);
    await session.backend.close();
  });

  it("gives it the cookie if the new id stayed unused for a whole grace period: the response was lost", async () => {
    const { session, clock } = await renew();
    clock.late += GRACE + 1;
    const late = await session.load();
    expect([late.state, late.withholdsCookie]).toEqual(["live", false]);
    await session.backend.close();
  });

  it("ends for the old id a grace period after the new one was used", async () => {
    const { session, use, clock } = await renew();
    clock.late += 5;
    await use();
    clock.late += GRACE - 1;
    expect((await session.load()).state).toBe("live");
    clock.late += 2;
    expect((await session.load()).state).toBe("new");
    await session.backend.close();
  });

  it("keeps leading as long as the new record lives, if the new id is never used", async () => {
    const { session } = await renew();
    const { tombstone } = await session.backend.get(session.id, new Deadline(1));
    expect(tombstone).toMatchObject({ kind: "renewed", grace: GRACE });
    await session.backend.close();
  });

  it("does not lead over a second renewal: a stolen id would follow the session for good", async () => {
    const { session, use, clock } = await renew();
    await (await use()).regenerate({ grace: GRACE });
    const old = await session.load();
    expect(old.state).toBe("gone");
    old.values["attack"] = 1;
    expect(await rejection(old.save())).toBeInstanceOf(SessionGoneError);
    clock.late += GRACE;
    expect((await session.load()).state).toBe("new");
    await session.backend.close();
  });

  it("is not renewed again by a request with the old id, whose changes are saved", async () => {
    const { session, renewal } = await renew();
    const led = await session.load();
    led.values["a"] = 1;
    expect(await led.regenerate({ grace: GRACE })).toBe(true);
    expect(led.id).toBe(renewal.id);
    expect(await session.stored(renewal.id)).toMatchObject({ cart: 1, a: 1 });
    await session.backend.close();
  });

  it("does not let a request with the old id take the session along by regenerate", async () => {
    const { session, renewal } = await renew();
    const led = await session.load();
    led.values["a"] = 1;
    expect(await led.regenerate()).toBe(false);
    expect(await session.stored(led.id)).toEqual({ a: 1 });
    expect(await session.stored(renewal.id)).toMatchObject({ cart: 1 });
    await session.backend.close();
  });

  it("refuses that if the session is a user's", async () => {
    const { session, use } = await renew();
    const login = await use();
    await login.regenerate({ principal: "ada" });
    const renewal = await session.records.load(login.id);
    await renewal.regenerate({ grace: GRACE });
    const led = await session.records.load(login.id);
    expect(led.principal).toBe("ada");
    expect(await rejection(led.regenerate())).toBeInstanceOf(SessionGoneError);
    expect(await session.stored(renewal.id)).toBeDefined();
    await session.backend.close();
  });

  it("lets a login with the old id take along only what its request set", async () => {
    const { session, renewal } = await renew();
    const led = await session.load();
    led.values["a"] = 1;
    await led.regenerate({ principal: "bob", keep: true });
    expect(await session.stored(led.id)).toEqual({ a: 1, _redistore: '{"principal":"bob"}' });
    expect(await session.stored(renewal.id)).toBeUndefined();
    await session.backend.close();
  });

  it("takes the write of a request that had loaded the session before", async () => {
    const { session, slow, renewal } = await renew();
    slow.values["a"] = 1;
    await slow.save();
    expect([slow.id, slow.withholdsCookie]).toEqual([renewal.id, true]);
    expect(await session.stored(renewal.id)).toMatchObject({ cart: 1, a: 1 });
    await session.backend.close();
  });

  it("is joined by a second renewal at the same time, whose changes are saved", async () => {
    const { session, slow, renewal } = await renew();
    slow.values["a"] = 1;
    await slow.regenerate({ grace: GRACE });
    expect(slow.id).toBe(renewal.id);
    expect(await session.stored(renewal.id)).toMatchObject({ cart: 1, a: 1 });
    expect(await session.records.count()).toBe(1);
    await session.backend.close();
  });

  it("is retired in place of the old id by a login at the same time, which keeps all data", async () => {
    const { session, slow, renewal } = await renew();
    renewal.values["late"] = 1;
    await renewal.save();
    slow.values["a"] = 1;
    await slow.regenerate({ principal: "ada" });
    expect(await session.stored(slow.id)).toEqual({
      cart: 1,
      late: 1,
      a: 1,
      _redistore: '{"principal":"ada"}',
    });
    expect(await session.stored(renewal.id)).toBeUndefined();
    await session.backend.close();
  });

  it("ends with a logout under the old id", async () => {
    const { session, renewal } = await renew();
    expect(await (await session.load()).destroy()).toBe(true);
    expect(await session.stored(renewal.id)).toBeUndefined();
    await session.backend.close();
  });
});

describe.each(BACKENDS)("a renewal of a session that has ended (%s)", (_, open) => {
  it("changes nothing for a request without changes, and refuses one with changes", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const [clean, changed] = [await session.load(), await session.load()];
    await session.records.destroy(session.id);
    await clean.regenerate({ grace: GRACE });
    expect([clean.state, clean.values]).toEqual(["gone", { cart: 1 }]);
    changed.values["a"] = 1;
    expect(await rejection(changed.regenerate({ grace: GRACE }))).toBeInstanceOf(SessionGoneError);
    expect(await session.records.count()).toBe(0);
    await session.backend.close();
  });
});
