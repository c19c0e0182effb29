// What is no store is refused by name where a session is asked for, before anything else is done.
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { getSession, readSession } from "../../src/index.ts";

const req = { headers: {} } as IncomingMessage;
const res = {} as ServerResponse;

describe.each([undefined, null, {}, "redis://localhost"])("%j in place of a store", (store) => {
  it("is refused by getSession, at once, and the response is left alone", () => {
    const ask = () => getSession(store as never, req, res);
    expect(ask).toThrow(ConfigError);
    expect(ask).toThrow("getSession takes a store first");
    expect(res).toEqual({});
  });

  it("is refused by readSession", async () => {
    const asked = readSession(store as never, req);
    await expect(asked).rejects.toThrow(ConfigError);
    await expect(asked).rejects.toThrow("readSession takes a store first");
  });
});
