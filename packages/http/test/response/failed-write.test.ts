// A client that is told to try again must not find that its change was stored after all.
import { StoreUnavailableError } from "@redistore/core";
import { describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../../core/src/backends/memory/memory-backend.ts";
import { saveSessions } from "../../src/index.ts";
import { type Handler, scene } from "../serve.ts";

/** The first write of the next session fails, and nothing was written; later ones work. */
function failOnce(method: "create" | "replace"): void {
  const error = new StoreUnavailableError("Redis is down.", { outcome: "none" });
  vi.spyOn(MemoryBackend.prototype, method).mockRejectedValueOnce(error);
}

describe("an error response to a write that failed", () => {
  it.each<[string, Handler]>([
    ["save()", (_req, _res, session) => session.save()],
    ["update()", (_req, _res, session) => session.update((values) => (values["n"] = 1))],
    ["saveSessions()", (req, res) => saveSessions(req, res)],
    [
      "save(), which the handler reports itself",
      (_req, res, session) =>
        session.save().catch(() => res.writeHead(503).end("Service Unavailable")),
    ],
  ])("by %s is not preceded by another one", async (_how, write) => {
    const { browser, store, errors } = await scene((req, res, session) => {
      session.values["order"] = 1;
      return write(req, res, session);
    });
    failOnce("create");
    const { status, text, setCookie } = await browser.visit("/");
    expect(errors).toEqual([expect.any(StoreUnavailableError)]);
    expect([status, text, setCookie]).toEqual([503, "Service Unavailable", []]);
    expect(await store.count()).toBe(0);
  });

  it("carries the cookie of a session that was regenerated before", async () => {
    const { browser, store } = await scene(async (_req, _res, session) => {
      session.values["user"] = "ada";
      await session.regenerate();
      session.values["late"] = true;
      failOnce("replace");
      await session.save();
    });
    const { status, setCookie } = await browser.visit("/");
    expect([status, setCookie.length]).toEqual([503, 1]);
    const { values } = await store.load("session", browser.cookies.get("session") ?? "");
    expect({ ...values }).toEqual({ user: "ada" });
  });
});

describe("a response without an error", () => {
  it("stores what an earlier write could not", async () => {
    const { browser, store } = await scene(async (_req, res, session) => {
      session.values["order"] = 1;
      await session.save().catch(() => {});
      res.end("stored");
    });
    failOnce("create");
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length, await store.count()]).toEqual(["stored", 1, 1]);
  });

  it("and an error after a later write that worked keep what was stored", async () => {
    const { browser, store } = await scene(async (_req, _res, session) => {
      session.values["order"] = 1;
      await session.save().catch(() => {});
      await session.save();
      session.values["more"] = 1;
      throw new Error("another one");
    });
    failOnce("create");
    const { status } = await browser.visit("/");
    const { values } = await store.load("session", browser.cookies.get("session") ?? "");
    expect([status, { ...values }]).toEqual([500, { order: 1, more: 1 }]);
  });
});
