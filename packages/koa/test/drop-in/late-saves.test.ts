// Sessions of koa-session that begin when no cookie can be sent any more: nothing is stored that no browser could find.
import type { ServerResponse } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { type Context, hosts, openRecords, serve } from "./application.ts";

const HEADERS_SENT = expect.objectContaining({ code: "ERR_REDISTORE_HEADERS_SENT" }) as unknown;

/** A page whose session is changed and saved by hand after its response was sent. `outcomes` gets what came of that. */
const savesLate =
  (outcomes: unknown[]) =>
  (ctx: Context & { res?: ServerResponse }): void => {
    const { session } = ctx;
    ctx.res?.once("close", async () => {
      session["late"] = true;
      outcomes.push(await session.save().catch((error: unknown) => error));
    });
  };

describe.each(hosts)("%s, after the response", (_name, host) => {
  it("refuses the save of a session that is not stored, and stores nothing", async () => {
    const records = await openRecords();
    const outcomes: unknown[] = [];
    const { browser } = await serve({ host, records }, { "/": savesLate(outcomes) });
    expect((await browser.visit("/")).text).toBe("done");
    await vi.waitFor(() => expect(outcomes).toEqual([HEADERS_SENT]));
    expect(await records.count()).toBe(0);
  });

  it("stores nothing of a session that begins after a response that the handler sent itself", async () => {
    const records = await openRecords();
    const { browser, errors } = await serve(
      { host, records },
      {
        "/": (ctx: Context & { res?: ServerResponse; respond?: boolean }) => {
          ctx.respond = false;
          ctx.res?.end("sent");
          ctx.session["late"] = true;
        },
      },
    );
    expect((await browser.visit("/")).text).toBe("sent");
    await vi.waitFor(() => expect(errors).toEqual([HEADERS_SENT]));
    expect(await records.count()).toBe(0);
  });

  it("refuses to regenerate, and keeps the session", async () => {
    const records = await openRecords();
    const { browser } = await serve(
      { host, records },
      {
        "/start": (ctx) => (ctx.session["user"] = "ada"),
        "/": (ctx) => (ctx.body = ctx.session),
        "/late": async (ctx: Context & { res?: ServerResponse; respond?: boolean }) => {
          ctx.respond = false;
          ctx.res?.removeHeader("content-length");
          ctx.res?.write("begun ");
          const error: unknown = await ctx.session.regenerate().catch((thrown: unknown) => thrown);
          ctx.res?.end(String((error as { code?: string } | undefined)?.code));
        },
      },
    );
    await browser.visit("/start");
    expect((await browser.visit("/late")).text).toBe("begun ERR_REDISTORE_HEADERS_SENT");
    expect(JSON.parse((await browser.visit("/")).text)).toEqual({ user: "ada" });
    expect(await records.count()).toBe(1);
  });
});
