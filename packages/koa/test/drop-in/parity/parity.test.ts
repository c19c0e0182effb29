// Behaviours of koa-session, on a Map as store and on KoaSessionStore: both must show the same, but for deliberate differences.
import { isDeepStrictEqual } from "node:util";
import { withURL } from "@redistore/core";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { withDifferences } from "../../../../../test/drop-in/parity.ts";
import { KoaSessionStore } from "../../../src/koa-session/index.ts";
import { hosts, openRecords } from "../application.ts";
import { behaviours } from "./behaviours.ts";
import { observe, type SessionStore } from "./scene.ts";

afterEach(() => void vi.useRealTimers());

/** The simplest store that koa-session can use. */
function mapStore(): SessionStore {
  const sessions = new Map<string, string>();
  return {
    get: async (key) => JSON.parse(sessions.get(key) ?? "null") as unknown,
    set: async (key, session) => void sessions.set(key, JSON.stringify(session)),
    destroy: async (key) => void sessions.delete(key),
  };
}

describe.each(hosts)("%s on both stores", (_host, host) => {
  it.for(behaviours.map((row) => [row.does, row] as const))("%s", async ([, behaviour]) => {
    const theirs = await observe(host, mapStore(), behaviour);
    vi.useRealTimers();
    const records = await openRecords(withURL(inject("redisUrl")));
    const ours = await observe(host, new KoaSessionStore(records), behaviour);
    const { differs } = behaviour;
    expect(ours).toEqual(withDifferences(theirs, differs));
    // A difference that is gone leaves the table, too.
    expect(isDeepStrictEqual(ours, theirs)).toBe(differs === undefined);
  });
});
