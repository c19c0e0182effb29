// Behaviours of express-session, on its own MemoryStore and on ExpressSessionStore: both must show the same, but for deliberate differences.
import { isDeepStrictEqual } from "node:util";
import { withURL } from "@redistore/core";
import session from "express-session";
import session117 from "express-session117";
import session118 from "express-session118";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { withDifferences } from "../../../../../test/drop-in/parity.ts";
import { ExpressSessionStore } from "../../../src/express-session/index.ts";
import { openRecords } from "../application.ts";
import { cookies } from "./cookies.ts";
import { methods } from "./methods.ts";
import { requests } from "./requests.ts";
import { observe } from "./scene.ts";
import { stores } from "./stores.ts";

const versions = [
  ["1.17", session117],
  ["1.18", session118],
  ["1.19", session],
] as const;

const table = [...requests, ...cookies, ...methods, ...stores];

afterEach(() => void vi.useRealTimers());

describe.each(versions)("express-session %s on both stores", (version, middleware) => {
  const rows = table.filter(({ since = version }) => since <= version);

  it.for(rows.map((row) => [row.does, row] as const))("%s", async ([, behaviour]) => {
    const theirs = await observe(middleware, new middleware.MemoryStore(), behaviour);
    vi.useRealTimers();
    const records = await openRecords(withURL(inject("redisUrl")));
    const ours = await observe(middleware, new ExpressSessionStore(records), behaviour);
    const { differs } = behaviour;
    expect(ours).toEqual(withDifferences(theirs, differs));
    // A difference that is gone leaves the table, too.
    expect(isDeepStrictEqual(ours, theirs)).toBe(differs === undefined);
  });
});
