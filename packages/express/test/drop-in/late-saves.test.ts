// Sessions of express-session that begin when no cookie can be sent any more: nothing is stored that no browser could find.
import { once } from "node:events";
import type { Request } from "express";
import { describe, expect, it, vi } from "vitest";
import { data, frameworks, openRecords, serve } from "./application.ts";

type Act = (req: Request, done: (error?: unknown) => void) => void;

const save: Act = (req, done) => {
  data(req)["late"] = true;
  req.session.save(done);
};
const regenerate: Act = (req, done) => void req.session.regenerate(done);

/** What `act` comes to when it runs after the response to `/` was sent. */
async function late(framework: (typeof frameworks)[number][1], act: Act, options = {}) {
  const records = await openRecords();
  const outcomes: unknown[] = [];
  const { browser, errors } = await serve({ framework, records, session: options }, (app) => {
    app.get("/login", (req, res) => res.json((data(req)["user"] = "ada")));
    app.get("/show", (req, res) => void res.json([data(req)["user"], data(req)["late"]]));
    app.get("/", (req, res) => {
      void once(res, "close").then(() => act(req, (error) => outcomes.push(error)));
      res.send("sent");
    });
  });
  const visit = async () => {
    expect((await browser.visit("/")).text).toBe("sent");
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    return outcomes.pop();
  };
  return { browser, records, errors, visit };
}

const HEADERS_SENT = expect.objectContaining({ code: "ERR_REDISTORE_HEADERS_SENT" }) as unknown;

describe.each(frameworks)("express-session on %s, after the response", (_name, framework) => {
  it("refuses the save of a session that is not stored, and stores nothing", async () => {
    const { records, visit } = await late(framework, save);
    expect(await visit()).toEqual(HEADERS_SENT);
    expect(await records.count()).toBe(0);
  });

  it("saves a session that is stored", async () => {
    const { browser, visit } = await late(framework, save);
    await browser.visit("/login");
    expect(await visit()).toBe(null);
    expect((await browser.visit("/show")).text).toBe('["ada",true]');
  });

  it("saves a session whose first cookie was sent with the response", async () => {
    const { browser, visit } = await late(framework, save, { saveUninitialized: true });
    expect(await visit()).toBe(null);
    expect((await browser.visit("/show")).text).toBe("[null,true]");
  });

  it("refuses to regenerate, and keeps the session", async () => {
    const { browser, records, visit } = await late(framework, regenerate);
    await browser.visit("/login");
    expect(await visit()).toEqual(HEADERS_SENT);
    expect((await browser.visit("/show")).text).toBe('["ada",null]');
    expect(await records.count()).toBe(1);
  });

  it("sends the whole of a stream that changes a new session too late, and stores nothing", async () => {
    const records = await openRecords();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/", (req, res) => {
        res.write("one ");
        data(req)["late"] = true;
        res.end("two");
      });
    });
    expect((await browser.visit("/")).text).toBe("one two");
    expect(await records.count()).toBe(0);
    expect(warn.mock.lastCall?.[1]).toEqual(HEADERS_SENT);
    warn.mockRestore();
  });
});
