// Behaviours of requests: when a session is stored, when its cookie is sent, and which cookies are accepted.
import { expect } from "vitest";
import type { Behaviour } from "./scene.ts";

const HOUR = 3_600_000;
const hour = { maxAge: HOUR };

const MERGED = "a save stores what its request changed, and keeps what others changed";
const ENDED = "a save of a session that has ended stores nothing, sends no cookie and fails";
const gone = [409, expect.stringMatching(/^SessionGoneError: /)];
const withValues = (values: object): unknown => [200, expect.objectContaining({ values })];

/** Options that decide about saves and cookies, each with the same visits. */
const optionRows: Behaviour[] = [false, true].flatMap((saveUninitialized) =>
  [false, true].flatMap((resave) =>
    [false, true].flatMap((rolling) =>
      [undefined, hour].map((cookie) => {
        const names = { saveUninitialized, resave, rolling, maxAge: cookie !== undefined };
        const options = { saveUninitialized, resave, rolling, ...(cookie && { cookie }) };
        return {
          does: `stores and sends the same with ${JSON.stringify(names)}`,
          session: options,
          steps: ["/nothing", "/set?a=1", "/nothing", "/show", "/set?a=1", "/set?b=2", "/show"],
        };
      }),
    ),
  ),
);

export const requests: Behaviour[] = [
  ...optionRows,
  ...(["keep", "destroy"] as const).flatMap((unset): Behaviour[] => [
    {
      does: `treats req.session = null with unset: "${unset}"`,
      session: { unset },
      steps: ["/set?a=1", "/null", "/show", "/undefined", "/show"],
    },
    {
      does: `treats req.session = null of a new session with unset: "${unset}"`,
      session: { unset, saveUninitialized: true },
      steps: ["/null", "/show"],
    },
  ]),
  {
    does: "takes ids of genid",
    session: { genid: () => crypto.randomUUID().replaceAll("-", "") },
    steps: ["/set?a=1", "/show", "/log-in", "/show"],
  },
  {
    does: "sends and reads the cookie under its name",
    session: { name: "other" },
    steps: ["/set?a=1", "/show", ({ browser }) => [...browser.cookies.keys()]],
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
  {
    does: "notices a change inside of a value",
    steps: ["/count", "/count", "/show"],
  },
  {
    does: "begins anew with a cookie without a signature, a forged one, and an unknown id",
    steps: [
      "/set?a=1",
      ({ browser }) => void browser.cookies.set("connect.sid", "not-signed"),
      "/show",
      ({ browser }) => void browser.cookies.set("connect.sid", "s%3Aunknown.forged"),
      "/show",
      "/set?b=1",
      "/show",
      ({ call }) => call("clear"),
      "/show",
      "/set?c=1",
      "/show",
    ],
  },
  {
    does: "signs with the first secret of a list",
    session: { secret: ["new", "old"] },
    steps: ["/set?a=1", "/show"],
  },
  {
    does: "sends its cookie beside others",
    steps: ["/many-cookies?a=1", "/many-cookies?b=1", "/show"],
  },
  { does: "stores before a redirect", steps: ["/redirect?a=1", "/show"] },
  { does: "stores before a 204", steps: ["/no-content?a=1", "/show"] },
  { does: "stores before a response with a length", steps: ["/with-length?a=1", "/show"] },
  {
    does: "stores before the response to HEAD",
    steps: [({ visit }) => visit("/set?a=1", { method: "HEAD" }), "/show"],
  },
  {
    does: "stores what a page has set that then fails",
    steps: ["/throw?a=1", "/show", "/throw?b=1", "/show"],
  },
  { does: "stores nothing without req.sessionID", steps: ["/wrong-session-id?a=1", "/show"] },
  {
    does: "stores a known session that changes after the header",
    steps: ["/set?a=1", "/set-after-header?b=1", "/show"],
  },
  {
    does: "stores no session that begins after the header, to which no cookie would lead",
    steps: ["/set-after-header?a=1", ({ call }) => call("length"), "/show"],
    differs: {
      because: "a record to which no cookie leads only costs memory",
      ours: { 1: [null, 0] },
    },
  },
  {
    does: "keeps flashes until they are taken",
    steps: ["/flash/add?text=a", "/flash/add?text=b", "/flash/take", "/flash/take", "/show"],
  },
  {
    does: "has no session outside of the cookie's path",
    session: { cookie: { path: "/flash" } },
    steps: ["/show", "/nothing"],
  },
  {
    does: "keeps what another request stored meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/set?theirs=1&mine=1", "/show"],
    differs: { because: MERGED, ours: { 2: withValues({ a: "1", theirs: "1", mine: "1" }) } },
  },
  {
    does: "keeps with resave what another request stored meanwhile",
    session: { resave: true },
    steps: ["/set?a=1", "/meanwhile?path=/set?theirs=1", "/show"],
    differs: { because: MERGED, ours: { 2: withValues({ a: "1", theirs: "1" }) } },
  },
  {
    does: "does not bring back a session that another request ended meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/destroy&mine=1", "/show"],
    differs: { because: ENDED, ours: { 1: gone, 2: withValues({}) } },
  },
  {
    does: "does not bring back a session that another request regenerated meanwhile",
    steps: ["/set?a=1", "/meanwhile?path=/log-in&mine=1", "/show"],
    differs: { because: ENDED, ours: { 1: gone, 2: withValues({}) } },
  },
  {
    does: "responds as usual to a request that changes nothing in a session that another request ended",
    steps: ["/set?a=1", "/meanwhile?path=/destroy", "/show"],
  },
  {
    does: "does not bring back by resave a session that another request ended meanwhile",
    session: { resave: true },
    steps: ["/set?a=1", "/meanwhile?path=/destroy", "/show"],
    differs: { because: ENDED, ours: { 2: withValues({}) } },
  },
  {
    does: "keeps the session that a login began while a logout still had the old id",
    steps: ["/set?a=1", "/destroy-after?path=/log-in", "/show", ({ call }) => call("length")],
  },
  {
    does: "saves nothing under an id that the page itself ended through the store",
    steps: ["/set?a=1", "/end-by-store?mine=1", "/show"],
    differs: { because: ENDED, ours: { 1: gone, 2: withValues({}) } },
  },
  {
    does: "refuses values that JSON changes",
    steps: ["/map", "/show"],
    differs: {
      because: "what JSON would change is refused and named",
      ours: { 0: [500, expect.stringMatching(/^SerializationError: .*"map"/)], 1: withValues({}) },
    },
  },
];
