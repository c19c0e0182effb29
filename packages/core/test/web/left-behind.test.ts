// What leaveBehind takes out of a host's session object, and what it leaves to its caller.
import { expect, it } from "vitest";
import { leaveBehind } from "../../src/web/index.ts";

it("deletes what is not stored, unless the application has set it since", () => {
  const basket = {};
  const sent = { user: "bob", secret: "x", total: Number.NaN, basket, theme: "dark" };
  const host = { ...sent, theme: "light", late: 1, cookie: {} };
  expect(leaveBehind(host, sent, { user: "bob" })).toEqual({});
  expect(host).toEqual({ user: "bob", theme: "light", late: 1, cookie: {} });
});

it("returns what the host's object does not have, or all of it without an object", () => {
  const sent = { user: "bob", secret: "x", basket: 1 };
  expect(leaveBehind({ secret: "x" }, sent, { user: "bob" })).toEqual({ basket: 1 });
  for (const host of [undefined, null, "session"]) {
    expect(leaveBehind(host, sent, { user: "bob" })).toEqual({ secret: "x", basket: 1 });
  }
});

it("leaves a frozen object as it is", () => {
  const host = Object.freeze({ secret: "x" });
  expect(leaveBehind(host, { secret: "x" }, {})).toEqual({});
  expect(host).toEqual({ secret: "x" });
});
