// Behaviours of the store: called by hand, its events, and its errors.
import { expect } from "vitest";
import type { Store } from "express-session";
import type { Behaviour, Step } from "./scene.ts";

const HOUR = 3_600_000;

const FAILED = "the response waits until its session is stored, and without that sends no cookie";

/** A session as an application passes it to the store. */
const data = (values: object = {}): object => ({
  cookie: { originalMaxAge: HOUR, expires: new Date(Date.now() + HOUR), path: "/" },
  ...values,
});

/** From now on the method fails, as a store does whose server is away. */
function fails(method: "get" | "set" | "destroy" | "touch"): Step {
  return ({ store }) => {
    const fail = (...args: unknown[]): void => {
      const callback = args.findLast((arg) => typeof arg === "function");
      setImmediate(callback as (error: Error) => void, new Error(`${method} failed`));
    };
    Object.assign(store, { [method]: fail } satisfies Partial<Record<keyof Store, unknown>>);
  };
}

export const stores: Behaviour[] = [
  {
    does: "sets, gets, touches and destroys by hand",
    steps: [
      ({ call }) => call("set", "a", data({ x: 1 })),
      ({ call }) => call("get", "a"),
      ({ call }) => call("set", "a", data({ y: 1 })),
      ({ call }) => call("get", "a"),
      ({ call }) => call("touch", "a", data()),
      ({ call }) => call("length"),
      ({ call }) => call("destroy", "a"),
      ({ call }) => call("destroy", "a"),
      ({ call }) => call("length"),
    ],
  },
  {
    does: "creates nothing by a touch",
    steps: [({ call }) => call("touch", "a", data()), ({ call }) => call("length")],
  },
  { does: "gets nothing under an unknown id", steps: [({ call }) => call("get", "a")] },
  {
    does: "gives all sessions",
    steps: [({ call }) => call("set", "a", data({ x: 1 })), ({ call }) => call("all")],
    differs: {
      because: "all gives a list with ids, as connect-redis does",
      ours: { 1: [null, [expect.objectContaining({ id: "a", x: 1 })]] },
    },
  },
  {
    does: "clears",
    steps: [
      "/set?a=1",
      ({ call }) => call("set", "b", data()),
      ({ call }) => call("length"),
      ({ call }) => call("clear"),
      ({ call }) => call("length"),
      "/show",
    ],
  },
  {
    does: "loads a Session by hand",
    steps: [
      ({ call }) => call("set", "a", data({ x: 1 })),
      async ({ call }) => {
        const [error, session] = await call("load", "a");
        return [error, (session as { id: string }).id, Object.keys(session as object)];
      },
      ({ call }) => call("load", "b"),
    ],
  },
  {
    does: "has no session while the store is disconnected",
    steps: [
      "/set?a=1",
      ({ store }) => void store.emit("disconnect"),
      "/show",
      ({ store }) => void store.emit("connect"),
      "/show",
    ],
  },
  {
    does: "passes an error of get to the error handlers",
    steps: ["/set?a=1", fails("get"), "/show"],
  },
  { does: "passes an error of get to reload", steps: ["/set?a=1", fails("get"), "/reload"] },
  {
    does: "passes an error of set to the callback of save",
    steps: [fails("set"), "/save?a=1"],
    differs: { because: FAILED, ours: { 0: [500, "set failed"] } },
  },
  {
    does: "does not say that all is well after a save that failed",
    steps: [fails("set"), "/save-whatever-happens?a=1"],
    differs: { because: FAILED, ours: { 0: [500, "Error: set failed"] } },
  },
  {
    does: "passes an error of destroy to its callback",
    steps: ["/set?a=1", fails("destroy"), "/destroy"],
  },
  {
    does: "tells the client that a save failed",
    steps: [fails("set"), "/set?a=1"],
    differs: { because: FAILED, ours: { 0: [500, "Error: set failed"] } },
  },
  {
    does: "sends the response after a touch that failed",
    steps: ["/set?a=1", fails("touch"), "/nothing"],
  },
];
