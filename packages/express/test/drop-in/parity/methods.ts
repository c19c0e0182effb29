// Behaviours of the methods of req.session.
import type { Behaviour } from "./scene.ts";

export const methods: Behaviour[] = [
  ...[false, true].flatMap((saveUninitialized): Behaviour[] =>
    (["/regenerate", "/log-in", "/log-in-and-save"] as const).map((path) => ({
      does: `regenerates by ${path} with saveUninitialized: ${saveUninitialized}`,
      session: { saveUninitialized },
      steps: [
        "/set?a=1",
        async ({ browser, visit }) => {
          const old = browser.clone();
          const result = await visit(path);
          return [result, (await old.visit("/show")).status];
        },
        "/show",
        ({ call }) => call("length"),
      ],
    })),
  ),
  { does: "regenerates a new session", steps: ["/regenerate", "/log-in", "/show"] },
  {
    does: "regenerates twice",
    steps: ["/log-in", "/log-in", "/show", ({ call }) => call("length")],
  },
  {
    does: "destroys the session and sends no cookie",
    steps: ["/set?a=1", "/destroy", "/show", "/set?b=1", "/show"],
  },
  {
    does: "destroys without a callback that waits",
    steps: ["/set?a=1", "/destroy-and-forget", "/show"],
  },
  { does: "destroys a new session", steps: ["/destroy", "/show"] },
  {
    does: "does not serve a destroyed session to a copy of its cookie",
    steps: [
      "/set?a=1",
      async ({ browser, visit }) => {
        const copy = browser.clone();
        return [await visit("/destroy"), (await copy.visit("/nothing")).setCookie];
      },
    ],
  },
  { does: "reloads", steps: ["/set?a=1", "/reload", "/show"] },
  { does: "saves what is set after a reload", steps: ["/set?a=1", "/reload-and-set?b=1", "/show"] },
  { does: "reloads what another request stored", steps: ["/set?a=1", "/set?b=1", "/reload"] },
  { does: "fails to reload a session that is not stored", steps: ["/reload"] },
  {
    does: "calls back from save",
    steps: ["/save?a=1", "/show", "/save?b=1", "/show", "/save", "/show"],
  },
  {
    does: "saves an empty session on demand",
    steps: ["/save", "/show", ({ call }) => call("length")],
  },
  { does: "saves without a callback", steps: ["/save-and-forget?a=1", "/show"] },
  { does: "saves changes after a save", steps: ["/save-and-change", "/show"] },
  { does: "saves inside a stream", steps: ["/stream?a=1", "/show", "/stream?b=1", "/show"] },
];
