// Behaviours of the cookie: its attributes, and the lifetime of the session with it.
import { expect, vi } from "vitest";
import type { Behaviour, Scene } from "./scene.ts";

const HOUR = 3_600_000;
const hour = { maxAge: HOUR };
const tls = { headers: { "x-forwarded-proto": "https" } };

const TOUCH =
  "a touch moves the end of the session and stores nothing: a request sees the expires of the last save until that is over";
const withMaxAge = (maxAge: number): unknown => [200, expect.objectContaining({ maxAge })];

/** Moves this process's clock on, and not Redis': a session lives in Redis as if it had been kept alive. */
function later(minutes: number): () => void {
  return () => {
    const now = Date.now() + minutes * 60_000;
    vi.useFakeTimers({ toFake: ["Date"], now });
  };
}

/** Waits until the session is over, at the time that its cookie says. */
async function expired({ call }: Scene): Promise<void> {
  await vi.waitUntil(async () => (await call("length"))[1] === 0, { timeout: 15_000 });
}

export const cookies: Behaviour[] = [
  ...Object.entries({
    none: {},
    path: { path: "/" },
    domain: { domain: "example.org" },
    "httpOnly: false": { httpOnly: false },
    "sameSite: true": { sameSite: true },
    "sameSite: lax": { sameSite: "lax" as const },
    "secure over plain HTTP": { secure: true },
    "secure: auto over plain HTTP": { secure: "auto" as const },
    maxAge: hour,
    "maxAge: null": { maxAge: null },
    expires: { expires: new Date(Date.now() + HOUR) },
    partitioned: { partitioned: true },
    priority: { priority: "high" as const },
  }).map(([name, cookie]): Behaviour => ({
    does: `sends and keeps cookie attributes (${name})`,
    session: { cookie },
    steps: ["/set?a=1", "/show", "/set?b=1", "/show"],
  })),
  ...([true, "auto"] as const).map((secure): Behaviour => ({
    does: `sends a secure cookie behind a proxy with secure: ${secure}`,
    session: { proxy: true, cookie: { secure } },
    steps: [({ visit }) => visit("/set?a=1", tls), ({ visit }) => visit("/show", tls), "/show"],
  })),
  {
    does: "sends sameSite as the connection wants it",
    since: "1.19",
    session: { proxy: true, cookie: { sameSite: "auto", secure: "auto" } },
    steps: ["/set?a=1", "/show", ({ visit }) => visit("/log-in", tls)],
  },
  {
    does: "asks a function for the cookie's options",
    since: "1.19",
    session: { cookie: ({ path }: { path: string }) => (path === "/set" ? hour : {}) },
    steps: ["/set?a=1", "/show", "/log-in", "/show"],
  },
  {
    does: "takes another maxAge for one session",
    session: { cookie: hour },
    steps: ["/set?a=1", `/max-age?ms=${5 * HOUR}`, "/show", "/set?b=1", "/show"],
  },
  {
    does: "takes a maxAge for a session that ended with the browser",
    steps: ["/set?a=1", `/max-age?ms=${5 * HOUR}`, "/show", "/set?b=1", "/show"],
  },
  {
    does: "takes a session's maxAge away",
    session: { cookie: hour },
    steps: ["/set?a=1", "/no-max-age", "/show", "/set?b=1", "/show"],
  },
  {
    does: "takes another originalMaxAge",
    session: { cookie: hour },
    steps: ["/set?a=1", `/original-max-age?ms=${5 * HOUR}`, "/show", "/set?b=1", "/show"],
  },
  {
    does: "takes another expires",
    session: { cookie: hour },
    steps: ["/set?a=1", "/expires?minutes=120", "/show", "/set?b=1", "/show", "/expires", "/show"],
  },
  {
    does: "takes other attributes for one session",
    session: { cookie: hour },
    steps: ["/set?a=1", "/cookie?sameSite=strict", "/show", "/set?b=1", "/show"],
  },
  {
    does: "ends a session whose maxAge becomes 0",
    session: { cookie: hour },
    steps: ["/set?a=1", "/max-age?ms=0", "/show"],
  },
  {
    does: "ends a session whose maxAge becomes negative",
    session: { cookie: hour },
    steps: ["/set?a=1", "/max-age?ms=-1000", "/show"],
  },
  {
    does: "moves the lifetime by touch and resetMaxAge",
    session: { cookie: hour },
    steps: ["/set?a=1", "/touch", "/reset-max-age", later(30), "/touch", "/show"],
    differs: { because: TOUCH, ours: { 4: withMaxAge(30) } },
  },
  {
    does: "moves the cookie on with rolling",
    session: { cookie: hour, rolling: true },
    steps: ["/set?a=1", later(40), "/nothing", later(40), "/nothing", "/show"],
  },
  {
    does: "ends a session when its time is over, and begins another",
    session: { cookie: { maxAge: 1000 } },
    steps: ["/set?a=1", expired, "/nothing", "/set?b=1", ({ call }) => call("length")],
  },
  ...[
    "/cookie?sameSite=strict",
    "/cookie-and-save?sameSite=strict",
    "/set?b=1",
    `/max-age?ms=${2 * HOUR}`,
    "/save?c=1",
  ].map((path): Behaviour => ({
    does: `keeps a session that activity kept alive past its first expires, after ${path}`,
    session: { cookie: hour },
    steps: ["/set?a=1", later(40), "/nothing", later(40), path, "/show", later(40), "/show"],
  })),
  {
    does: "shows what is left of a lifetime that a touch has moved",
    session: { cookie: hour },
    steps: ["/set?a=1", later(20), "/nothing", later(20), "/show"],
    differs: { because: TOUCH, ours: { 2: withMaxAge(20) } },
  },
];
