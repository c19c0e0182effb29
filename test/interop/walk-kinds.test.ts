// Shares types, counters, flashes and deletions between Go and each Node server, in both directions.
import type { Browser } from "@redistore/http/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Typed, canonical } from "../../packages/gob/test/go/typed-json.ts";
import { SeededRandom } from "../seeded-random.ts";
import { FourServers, NODE_SERVERS } from "./four-servers.ts";
import { goIsMissing } from "./go-server.ts";
import { SessionModel, type Step, text } from "./session-model.ts";
import { newSharedSettings, randomPair } from "./shared-settings.ts";
import { newBrowsers, sendStep, show } from "./walk.ts";

const base64 = (bytes: string): string => Buffer.from(bytes).toString("base64");
const AT: Typed = { t: "time.Time", sec: "1700000000", nsec: 123_456_789, offset: 19_800 };

/** Values as Go shows them, including zero fields. */
const KINDS: Readonly<Record<string, Typed>> = {
  int64: { t: "int64", v: "9007199254740993" },
  small: { t: "int64", v: "5" },
  uint8: { t: "uint8", v: "255" },
  float32: { t: "float32", bits: "3ff8000000000000" },
  whole: { t: "float64", bits: "4008000000000000" },
  bytes: { t: "[]uint8", b64: base64("\0\xff") },
  time: AT,
  map: { t: "map[string]int", kv: [[text("a"), { t: "int", v: "1" }]] },
  byNumber: { t: "map[int]string", kv: [[{ t: "int", v: "7" }, text("seven")]] },
  slice: { t: "[]string", items: [text("x"), text("")] },
  any: { t: "[]interface {}", items: [{ t: "int16", v: "-1" }, { t: "nil" }, text("é")] },
  level: { t: "main.Level", v: "3" },
  user: {
    t: "main.User",
    fields: {
      Name: text("Ada"),
      Age: { t: "int", v: "36" },
      Admin: { t: "bool", v: true },
      Score: { t: "float64", bits: "3fe0000000000000" },
      Tags: { t: "[]string", items: [text("admin")] },
      Meta: { t: "map[string]string", kv: [[text("k"), text("v")]] },
      Seen: AT,
      Raw: { t: "[]uint8", b64: base64("raw") },
      Any: { t: "uint16", v: "16" },
    },
  },
};

describe.skipIf(goIsMissing).each(NODE_SERVERS)("a session of Go and %s", (node) => {
  let four: FourServers;
  beforeAll(async () => {
    const pair = randomPair(new SeededRandom("keys of one session"), 32);
    four = await FourServers.start(newSharedSettings(inject("redisUrl"), "gob", pair));
  });
  afterAll(() => four?.stop());

  /** Runs a step on a server and in the model, and expects the same response. */
  async function runStep(browser: Browser, model: SessionModel, server: string, step: Step) {
    expect(await sendStep(browser, four.origin(server), step)).toEqual(model.apply(step));
  }

  for (const [first, second] of [
    ["Go", node],
    [node, "Go"],
  ] as const) {
    it(`keeps the types of values set by ${first} when ${second} adds a key`, async () => {
      const [browser, model] = [newBrowsers()(), new SessionModel("gob")];
      for (const [key, value] of Object.entries(KINDS))
        await runStep(browser, model, first, { path: "/set", key: text(key), value });
      await runStep(browser, model, second, {
        path: "/set",
        key: text("one"),
        value: text("more"),
      });
      for (const server of [first, second])
        expect(await show(browser, four.origin(server))).toBe(canonical(model.session));
    });

    it(`keeps the Go type of a counter started by ${first} and incremented by ${second}`, async () => {
      const [browser, model] = [newBrowsers()(), new SessionModel("gob")];
      const hits = text("hits");
      const value: Typed = { t: "int64", v: "41" };
      await runStep(browser, model, first, { path: "/set", key: hits, value });
      for (const server of [first, second, first]) {
        await runStep(browser, model, server, { path: "/increment", key: text("views") });
        await runStep(browser, model, server, { path: "/increment", key: hits });
      }
      expect(model.get(text("views"))).toEqual({ t: "int", v: "3" });
      expect(model.get(hits)).toEqual({ t: "int64", v: "44" });
      expect(await show(browser, four.origin(second))).toBe(canonical(model.session));
    });

    it(`gives the flashes of ${first} to ${second}, once`, async () => {
      const [browser, model] = [newBrowsers()(), new SessionModel("gob")];
      for (const server of [first, second, first])
        await runStep(browser, model, server, {
          path: "/flash",
          name: "_flash",
          value: text(`from ${server}`),
        });
      await runStep(browser, model, second, { path: "/flashes", name: "_flash" });
      await runStep(browser, model, first, { path: "/flashes", name: "_flash" });
      expect(await show(browser, four.origin(second))).toBe(canonical(model.session));
    });

    it(`loses a key for ${second} when ${first} deletes it, and all values when ${first} ends it`, async () => {
      const [browser, model] = [newBrowsers()(), new SessionModel("gob")];
      for (const key of ["kept", "deleted"])
        await runStep(browser, model, second, {
          path: "/set",
          key: text(key),
          value: text("value"),
        });
      await runStep(browser, model, first, { path: "/delete", key: text("deleted") });
      expect(await show(browser, four.origin(second))).toBe(canonical(model.session));
      const oldTab = browser.clone();
      await runStep(browser, model, first, { path: "/end" });
      expect(browser.cookies.size).toBe(0);
      expect(await show(oldTab, four.origin(second))).toBe(canonical(model.session));
    });
  }
});
