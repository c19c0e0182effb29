// Rows of the table about lifetimes: maxAge, rolling and renew.
import { vi } from "vitest";
import type { Behaviour, Step } from "./scene.ts";

const HOUR = 3_600_000;

/** Moves this process's clock on, and not Redis', which keeps a session a little longer than koa-session serves it. */
function later(minutes: number): Step {
  return () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });
  };
}

export const lifetimes: Behaviour[] = [
  ...[undefined, HOUR, "session" as const].flatMap((maxAge) =>
    [{}, { rolling: true }, { renew: true }].map((renewal): Behaviour => {
      const options = { ...renewal, ...(maxAge && { maxAge }) };
      return {
        does: `stores and sends the same with ${JSON.stringify(options)}`,
        options,
        steps: [
          "/nothing",
          "/set?a=1",
          "/nothing",
          "/show",
          later(40),
          "/nothing",
          later(10),
          "/show",
          "/set?b=1",
          "/show",
        ],
      };
    }),
  ),
  {
    does: "ends a session when its time is over, and tells the application",
    options: { maxAge: HOUR },
    steps: ["/set?a=1", later(61), "/show", (scene) => scene.events(), "/set?b=1", "/show"],
  },
  ...([HOUR, "session"] as const).flatMap((maxAge) =>
    [String(5 * HOUR), String(HOUR / 2), "session"].map((value): Behaviour => ({
      does: `takes maxAge ${value} for one session of ${maxAge}`,
      options: { maxAge },
      steps: [
        "/set?a=1",
        `/max-age?value=${value}`,
        "/show",
        "/set?b=1",
        "/show",
        later(40),
        "/show",
      ],
    })),
  ),
  {
    does: "keeps a session alive past its first end, with rolling",
    options: { maxAge: HOUR, rolling: true },
    steps: ["/set?a=1", later(40), "/nothing", later(40), "/show", later(40), "/set?b=1", "/show"],
  },
];
