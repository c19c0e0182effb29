// The table of all clocks, as core's README has it: what starts each, what moves it, and when the session has ended.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import {
  withAbsoluteTimeout,
  withAnonymousMaxAge,
  withDefaultMaxAge,
  withRolling,
} from "../../src/options/lifetime-options.ts";
import { withClock, withMaxAge } from "../../src/options/store-options.ts";
import { createStore } from "../../src/session/create-store.ts";
import type { Session } from "../../src/session/session.ts";

type Values = Record<string, unknown>;
type Act = (session: Session<Values>) => unknown;

const KEYS = keysFromStrings("k".repeat(32));
const HOUR = 3600;

const read: Act = () => undefined;
const save: Act = ({ values }) => (values["n"] = Number(values["n"] ?? 0) + 1);
const touch: Act = (session) => session.touch();
const logIn: Act = (session) => session.regenerate({ principal: "ada" });

const renew: Act = (session) => session.regenerate();
const rememberFor =
  (maxAge: number): Act =>
  (session) => {
    session.options.maxAge = maxAge;
  };

/** `[the clock, options, what the session does an hour after it began, after how many hours since its beginning it has ended]` */
const TABLE: readonly (readonly [string, OptionalStoreOption[], Act, number])[] = [
  ["idle: a read does not move it", [], read, 10],
  ["idle: a save moves it", [], save, 11],
  ["idle: a touch moves it", [], touch, 11],
  ["idle: a new id moves it", [], renew, 11],
  ["idle, rolling: a read moves it", [withRolling()], read, 11],
  ["idle, rolling: not before it is due", [withRolling({ every: 2 * HOUR })], read, 10],
  ["remember me: its own lifetime, from the save on", [], rememberFor(5 * HOUR), 6],
  ["until the browser closes: withDefaultMaxAge", [withDefaultMaxAge(2 * HOUR)], rememberFor(0), 3],
  ["anonymous: a save moves it", [withAnonymousMaxAge(3 * HOUR)], save, 4],
  ["anonymous, rolling: a read moves it", [withAnonymousMaxAge(3 * HOUR), withRolling()], read, 4],
  ["anonymous: a login begins the full lifetime", [withAnonymousMaxAge(3 * HOUR)], logIn, 11],
  ["absolute: a save does not move it", [withAbsoluteTimeout(4 * HOUR)], save, 4],
  [
    "absolute, rolling: a read does not move it",
    [withAbsoluteTimeout(4 * HOUR), withRolling()],
    read,
    4,
  ],
  ["absolute: a new id does not move it", [withAbsoluteTimeout(4 * HOUR)], renew, 4],
  ["absolute: a login begins it anew", [withAbsoluteTimeout(4 * HOUR)], logIn, 5],
];

describe("a session of 10 hours", () => {
  it.each(TABLE)("%s", async (_, options, act, hours) => {
    const clock = { now: 2_000_000_000 };
    const now = (): number => clock.now;
    const base = [withBackend(new MemoryBackend({ now })), withClock(now), withMaxAge(10 * HOUR)];
    const store = await createStore<Values>(KEYS, base, options);
    const first = store.create();
    first.values["n"] = 0;
    let [cookie] = await store.save(first);
    clock.now += HOUR;
    const session = await store.load("session", cookie?.value ?? "");
    await act(session);
    cookie = (await store.save(session))[0] ?? cookie;
    const lives = async (at: number): Promise<boolean> => {
      clock.now = 2_000_000_000 + at;
      return (await store.records.load(session.storedId)).state === "live";
    };
    expect(await lives(hours * HOUR - 1)).toBe(true);
    expect(await lives(hours * HOUR + 1)).toBe(false);
    expect(cookie).toBeDefined();
  });
});
