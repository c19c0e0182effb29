// Sessions of koa-session whose secure cookie Koa refuses over plain HTTP: no record is left that no cookie leads to.
import { describe, expect, it } from "vitest";
import { backends, hosts, openRecords, type Page, serve } from "./application.ts";

const pages: Record<string, Page> = {
  "/set": (ctx) => void (ctx.session["seen"] = true),
  "/save": async (ctx) => {
    ctx.session["seen"] = true;
    await ctx.session.save();
  },
};

describe.each(hosts)("%s with secure: true over plain HTTP", (_host, host) => {
  it.each(backends)("stores nothing, and Koa says why (%s)", async (_backend, connection) => {
    const records = await openRecords(connection());
    const { browser, errors } = await serve({ host, records, options: { secure: true } }, pages);
    for (const path of Object.keys(pages)) {
      const { status, setCookie } = await browser.visit(path);
      expect([status, setCookie]).toEqual([500, []]);
    }
    expect(await records.count()).toBe(0);
    expect(String(errors[0])).toContain("Cannot send secure cookie");
  });
});
