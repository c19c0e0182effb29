// Logins, regenerate and logouts on koa-session, in sequence and concurrently.
import { type Records, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { failFirstSave, openTwice } from "../../../../test/drop-in/records.ts";
import {
  type Context,
  type Data,
  gate,
  hosts,
  openRecords,
  type Page,
  serve,
} from "./application.ts";

const logout: Page = (ctx) => void ((ctx as { session: unknown }).session = null);
const show: Page = (ctx) => void (ctx.body = ctx.session);
const start: Page = (ctx) => void (ctx.session["started"] = true);

const login: Page = async (ctx) => {
  ctx.session["user"] = "ada";
  await ctx.session.regenerate();
};

const shown = (text: string) => JSON.parse(text) as Record<string, unknown>;
const goneResponse = { status: 409, setCookie: [] };

/** Ends the session of the request by the store, and not by ctx.session = null. */
const end: Page = (ctx) => ctx.store.destroy(ctx.session.externalKey, { ctx });

/** Has `how` carry out the destroys of records that were loaded. */
function holdDestroy(
  records: Records<Data>,
  how: (destroy: () => Promise<boolean>) => Promise<boolean>,
): void {
  const load = records.load.bind(records);
  records.load = async (id) => {
    const record = await load(id);
    const destroy = record.destroy.bind(record);
    record.destroy = () => how(destroy);
    return record;
  };
}

describe.each(hosts)("a request to %s", (_host, host) => {
  it("continues a stored session until a logout", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      { "/start": start, "/": show, "/out": logout },
    );
    await browser.visit("/start");
    expect(shown((await browser.visit("/")).text)).toEqual({ started: true });
    const old = browser.clone();
    await browser.visit("/out");
    expect(await records.count()).toBe(0);
    expect(shown((await old.visit("/")).text)).toEqual({});
  });

  it("replaces the session by assignment, under the same key", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      { "/start": start, "/": show, "/all": (ctx) => (ctx.session = { user: "ada" } as never) },
    );
    await browser.visit("/start");
    await browser.visit("/all");
    expect(shown((await browser.visit("/")).text)).toEqual({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("keeps the data under a new key after regenerate", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      { "/start": start, "/login": login, "/": show },
    );
    await browser.visit("/start");
    const old = browser.clone();
    await browser.visit("/login");
    expect(shown((await browser.visit("/")).text)).toEqual({ started: true, user: "ada" });
    expect(shown((await old.visit("/")).text)).toEqual({});
    expect(await records.count()).toBe(1);
  });

  it("keeps what other requests stored before regenerate", async () => {
    const loginGate = gate();
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/": show,
        "/write": (ctx) => (ctx.session["written"] = true),
        "/login": async (ctx) => {
          await loginGate.pass();
          await login(ctx);
        },
      },
    );
    await browser.visit("/start");
    const loggedIn = browser.visit("/login");
    await loginGate.came;
    await browser.clone().visit("/write");
    loginGate.open();
    await loggedIn;
    const data = { started: true, written: true, user: "ada" };
    expect(shown((await browser.visit("/")).text)).toEqual(data);
  });

  it("can regenerate after a logout: a new session begins with what the request set", async () => {
    const loginGate = gate();
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/out": logout,
        "/login": async (ctx) => {
          await loginGate.pass();
          await login(ctx);
        },
      },
    );
    await browser.visit("/start");
    const loggedIn = browser.visit("/login");
    await loginGate.came;
    await browser.clone().visit("/out");
    loginGate.open();
    expect((await loggedIn).status).toBe(200);
    expect(await records.count()).toBe(1);
  });

  it("gets 409 when a concurrent logout with the old key ended the regenerated session", async () => {
    const [loginGate, out] = [gate(), gate()];
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/out": async (ctx) => {
          await out.pass();
          await logout(ctx);
        },
        "/login": async (ctx) => {
          await ctx.session.regenerate();
          await loginGate.pass();
          ctx.session["user"] = "ada";
        },
      },
    );
    await browser.visit("/start");
    const loggedOut = browser.clone().visit("/out");
    await out.came;
    const loggedIn = browser.visit("/login");
    await loginGate.came;
    out.open();
    expect((await loggedOut).status).toBe(200);
    loginGate.open();
    expect(await loggedIn).toMatchObject(goneResponse);
    expect(await records.count()).toBe(0);
  });

  it("may read a session that a logout ends concurrently", async () => {
    const read = gate();
    const records = await openRecords();
    const readSlowly = async (ctx: Context) => {
      await read.pass();
      ctx.body = ctx.session;
    };
    const { browser } = await serve(
      { host, records },
      { "/start": start, "/out": logout, "/read": readSlowly },
    );
    await browser.visit("/start");
    const reading = browser.visit("/read");
    await read.came;
    await browser.clone().visit("/out");
    read.open();
    expect(await reading).toMatchObject({ status: 200, setCookie: [] });
    expect(await records.count()).toBe(0);
  });

  it("gets 503 without a cookie if its session cannot be stored or loaded", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/fail": async (ctx) => {
          ctx.session["x"] = 1;
          await records.close();
        },
      },
    );
    await browser.visit("/start");
    for (const path of ["/fail", "/start"]) {
      const response = await browser.visit(path);
      expect(response).toMatchObject({ status: 503, setCookie: [] });
      expect(response.headers["retry-after"]).toBe("1");
    }
  });

  it("keeps the session under its old key if regenerate fails", async () => {
    const [records, observer] = await openTwice();
    const { browser } = await serve(
      { host, records },
      {
        "/start": start,
        "/login": async (ctx) => {
          await records.close();
          await login(ctx);
        },
      },
    );
    await browser.visit("/start");
    expect(await browser.visit("/login")).toMatchObject({ status: 503, setCookie: [] });
    const key = browser.cookies.get("koa.sess") ?? "";
    const session = await observer.load(key);
    expect({ ...session.values }).toMatchObject({ started: true });
    expect(session.values).not.toHaveProperty("user");
  });

  it.each(["as it is", "remembered for longer"])(
    "that fails in an explicit save stores nothing with the error response, even if Redis works again by then (%s)",
    async (how) => {
      const records = await openRecords();
      failFirstSave(records);
      const { browser } = await serve(
        { host, records },
        {
          "/start": start,
          "/": show,
          "/order": async (ctx) => {
            ctx.session["order"] = 1;
            if (how !== "as it is") ctx.session.maxAge = 90 * 86_400_000;
            await ctx.session.save();
          },
        },
      );
      await browser.visit("/start");
      expect(await browser.visit("/order")).toMatchObject({ status: 503, setCookie: [] });
      expect(shown((await browser.visit("/")).text)).toEqual({ started: true });
    },
  );

  it("waits with its response until a session that the application destroyed itself has ended", async () => {
    const records = await openRecords();
    const ending = gate();
    const events: string[] = [];
    holdDestroy(records, async (destroy) => {
      await ending.pass();
      return destroy();
    });
    const { browser } = await serve({ host, records }, { "/start": start, "/end": end, "/": show });
    await browser.visit("/start");
    const response = browser.visit("/end").then(({ status }) => events.push(`responded ${status}`));
    await ending.came;
    // Had the response been sent already, it would be here before this one.
    await browser.clone().visit("/");
    events.push("ended");
    ending.open();
    await response;
    expect([events, await records.count()]).toEqual([["ended", "responded 200"], 0]);
  });

  it("is 503 if the application destroys the session itself and Redis is away", async () => {
    const records = await openRecords();
    holdDestroy(records, async () => {
      throw new StoreUnavailableError("Redis is down.", { outcome: "none" });
    });
    const { browser, errors } = await serve({ host, records }, { "/start": start, "/end": end });
    await browser.visit("/start");
    expect(await browser.visit("/end")).toMatchObject({ status: 503 });
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });
});
