// The table: when koa-session stores a session and sends its cookie, its methods, its hooks, and its errors.
import { expect } from "vitest";
import type { Behaviour, Step } from "./scene.ts";
import { lifetimes } from "./lifetimes.ts";

const withValues = (values: object): unknown => [200, expect.objectContaining({ values })];
const MERGED = "a save stores what its request changed, and keeps what others changed";
const ENDED = "a save of a session that has ended stores nothing, sends no cookie and fails";
const gone = [409, "Conflict"];
const newCookie = ["koa.sess=key 1; path=/; httponly", "koa.sess.sig=signature; path=/; httponly"];

const events: Step = (scene) => scene.events();
const cookie =
  (name: string, value: string): Step =>
  ({ browser }) =>
    void browser.cookies.set(name, value);

/** From now on the method fails, as a store does whose server is away. */
const fails =
  (method: "get" | "set" | "destroy"): Step =>
  ({ store }) => {
    const fail = (): Promise<never> => Promise.reject(new Error(`${method} failed`));
    Object.assign(store, { [method]: fail });
  };

export const behaviours: Behaviour[] = [
  ...lifetimes,
  ...Object.entries({
    none: {},
    key: { key: "other" },
    "signed: false": { signed: false },
    "httpOnly: false": { httpOnly: false },
    "overwrite: false": { overwrite: false },
    "sameSite: strict": { sameSite: "strict" },
    prefix: { prefix: "app:" },
    genid: { genid: () => `of-genid-${crypto.randomUUID()}` },
  }).map(([name, options]): Behaviour => ({
    does: `sends and reads its cookie (${name})`,
    options,
    steps: ["/set?a=1", "/show", "/set?b=1", "/show", "/null", "/show"],
  })),
  {
    does: "stores nothing of a new session without values",
    steps: ["/nothing", "/show", "/empty"],
  },
  {
    does: "keeps, changes and deletes values",
    steps: [
      "/set?a=1&b=2",
      "/show",
      "/delete?a",
      "/show",
      "/set?b=3",
      "/show",
      "/delete?b",
      "/show",
    ],
  },
  { does: "notices a change inside of a value", steps: ["/count", "/count", "/show"] },
  { does: "stores nothing if nothing changes", steps: ["/set?a=1", "/set?a=1", "/nothing"] },
  {
    does: "replaces the session by an object, under its key",
    steps: ["/set?a=1", "/replace?b=1", "/show", "/empty", "/show"],
  },
  { does: "ends the session by null", steps: ["/set?a=1", "/null", "/show", "/set?b=1", "/show"] },
  { does: "ends a new session by null", steps: ["/null", "/show"] },
  {
    does: "serves nothing to a copy of an ended session's cookie",
    steps: [
      "/set?a=1",
      async ({ browser, visit }) => {
        const copy = browser.clone();
        await visit("/null");
        return (await copy.visit("/show")).text;
      },
      events,
    ],
  },
  {
    does: "regenerates: another key and the same values",
    steps: ["/set?a=1", "/regenerate", "/show", "/log-in", "/show"],
  },
  { does: "regenerates a new session", steps: ["/log-in", "/show"] },
  { does: "saves on demand", steps: ["/save?a=1", "/show", "/save", "/save?b=1", "/show"] },
  { does: "saves an empty session on demand", steps: ["/save", "/show"] },
  { does: "saves changes after a save", steps: ["/save-and-change", "/show"] },
  {
    does: "saves only by manuallyCommit without autoCommit",
    options: { autoCommit: false },
    steps: ["/set?a=1", "/show", "/commit?a=1", "/show", "/commit-twice?b=1", "/null", "/show"],
  },
  {
    does: "commits with autoCommit too",
    steps: ["/commit?a=1", "/show", "/commit-twice?b=1", "/show"],
  },
  { does: "stores before a redirect", steps: ["/redirect?a=1", "/show"] },
  {
    does: "stores what a page has set that then fails",
    steps: ["/set?a=1", "/throw?b=1", events, "/show"],
  },
  {
    does: "sends the cookie of a new session that is stored before its page fails",
    steps: ["/throw?a=1", events, "/show"],
    differs: {
      because: "the browser needs the key of what is stored, and Koa drops it with all headers",
      ours: { 0: [500, "Internal Server Error", ...newCookie], 2: withValues({ a: "1" }) },
    },
  },
  {
    does: "begins anew with a forged cookie and an unknown key, and tells the application",
    steps: ["/set?a=1", cookie("koa.sess.sig", "forged"), "/show", events, "/set?b=1", "/show"],
  },
  {
    does: "begins anew with an unknown key, and tells the application",
    options: { signed: false },
    steps: [cookie("koa.sess", "unknown"), "/show", events, "/set?b=1", "/show"],
  },
  {
    does: "asks valid",
    options: { valid: (_ctx: unknown, { a }: { a?: unknown }) => a !== "bad" },
    steps: ["/set?a=good", "/show", "/set?a=bad", "/show", events, "/set?b=1", "/show"],
  },
  {
    does: "asks beforeSave",
    options: {
      beforeSave: (_ctx: unknown, session: object) => void Object.assign(session, { stamp: 1 }),
    },
    steps: ["/set?a=1", "/show", "/nothing", "/show"],
  },
  {
    does: "takes the key from externalKey, and needs no cookie",
    options: {
      externalKey: {
        get: (ctx: { get: (name: string) => string }) => ctx.get("x-session"),
        set: (ctx: { set: (name: string, key: string) => void }, key: string) =>
          ctx.set("x-session", key),
      },
    },
    steps: [
      async ({ browser, visit }) => {
        const { headers, setCookie } = await browser.visit("/set?a=1");
        const own = { headers: { "x-session": String(headers["x-session"]) } };
        return [setCookie, headers["x-session"], await visit("/show", own), await visit("/show")];
      },
    ],
  },
  {
    does: "has encode and decode only for sessions in cookies",
    options: { encode: () => "not called", decode: () => ({ not: "called" }) },
    steps: ["/set?a=1", "/show"],
  },
  {
    does: "keeps what another request stored meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/set?theirs=1&mine=1", "/show"],
    differs: { because: MERGED, ours: { 2: withValues({ a: "1", theirs: "1", mine: "1" }) } },
  },
  {
    does: "does not bring back a session that another request ended meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/null&mine=1", "/show"],
    differs: { because: ENDED, ours: { 1: gone, 2: withValues({}) } },
  },
  {
    does: "does not bring back a session that another request regenerated meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/log-in&mine=1", "/show"],
    differs: { because: ENDED, ours: { 1: gone, 2: withValues({}) } },
  },
  {
    does: "responds as usual to a request that changes nothing in a session that another request ended",
    steps: ["/set?a=1", "/meanwhile?path=/null", "/show"],
  },
  {
    does: "refuses values that JSON changes",
    steps: ["/map", "/show"],
    differs: {
      because: "what JSON would change is refused",
      ours: { 0: [500, "Internal Server Error"], 1: withValues({}) },
    },
  },
  { does: "fails with an error of get", steps: ["/set?a=1", fails("get"), "/show", events] },
  {
    does: "fails with an error of set",
    steps: [fails("set"), "/set?a=1", events, "/save", events],
  },
  {
    does: "fails with an error of destroy",
    steps: ["/set?a=1", fails("destroy"), "/null", events],
  },
];
