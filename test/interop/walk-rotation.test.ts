// Rotates keys under live sessions on all servers: the old pair, then both with the new pair first, then the new pair alone.
import { createCodec, keysFromBytes } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { SeededRandom } from "../seeded-random.ts";
import { FourServers, NODE_SERVERS } from "./four-servers.ts";
import { goIsMissing } from "./go-server.ts";
import { planWalk } from "./plan.ts";
import { randomPool } from "./pool.ts";
import { SessionModel, text } from "./session-model.ts";
import {
  KEY_SIZES,
  newSharedSettings,
  randomPair,
  type SharedSettings,
} from "./shared-settings.ts";
import { newBrowsers, sendStep, show, walk } from "./walk.ts";

const WALKS = 25;
const VISITS = 3;
const COOKIE = "session";

async function start(settings: SharedSettings): Promise<FourServers> {
  const four = await FourServers.start(settings);
  onTestFinished(() => four.stop());
  return four;
}

/** The index of the pair in `keys` that the cookie is signed with. */
function pairOf(browser: Browser, keys: SharedSettings["keys"]): number | string {
  const cookie = browser.cookies.get(COOKIE);
  if (cookie === undefined) return "no cookie";
  const decoded = createCodec(keysFromBytes(...keys)).decode(COOKIE, cookie);
  return decoded.rejected ?? decoded.keyIndex;
}

describe.skipIf(goIsMissing)("rotated keys for sessions of Go and Node", () => {
  for (const [index, [oldBytes, oldKind]] of KEY_SIZES.entries()) {
    const [newBytes, newKind] = KEY_SIZES[(index + 1) % KEY_SIZES.length] ?? KEY_SIZES[0];
    const serializer = index % 2 === 0 ? "gob" : "json";

    it(`keep every session and value: ${serializer}, from ${oldKind} to ${newKind}`, async () => {
      const random = new SeededRandom(`rotation, ${oldKind} to ${newKind}`);
      const pool = randomPool(random, serializer);
      const [before, after] = [randomPair(random, oldBytes), randomPair(random, newBytes)];
      const settings = newSharedSettings(inject("redisUrl"), serializer, before);
      const newBrowser = newBrowsers();
      const walkers = Array.from({ length: WALKS }, () => ({
        browser: newBrowser(),
        model: new SessionModel(serializer),
      }));
      for (const keys of [before, [...after, ...before], after]) {
        const four = await start({ ...settings, keys });
        await Promise.all(
          walkers.map(async ({ browser, model }) => {
            const plan = planWalk(random, serializer, model, pool, VISITS);
            const last = random.pick(NODE_SERVERS);
            expect(await walk(browser, four, plan)).toEqual(plan);
            // A browser keeps its session if it visits before the old keys are removed. On Node a read is enough to renew the cookie.
            await show(browser, four.origin(last));
            expect([0, "no cookie"]).toContain(pairOf(browser, keys));
          }),
        );
        await four.stop();
      }
    }, 120_000);
  }

  it.each(NODE_SERVERS)(
    "let Go read a cookie re-issued by %s, and re-issue one itself",
    async (node) => {
      const random = new SeededRandom(`rotation, Go and ${node}`);
      const [before, after] = [randomPair(random, 32), randomPair(random, 16)];
      const both = [...after, ...before];
      const settings = newSharedSettings(inject("redisUrl"), "gob", before);
      const step = { path: "/set", key: text("a"), value: text("of Go") } as const;
      const old = await start(settings);
      const browser = newBrowsers()();
      await sendStep(browser, old.origin("Go"), step);
      expect(pairOf(browser, both)).toBe(1);

      const rotated = await start({ ...settings, keys: both });
      const oldTab = browser.clone();
      const session = await show(browser, rotated.origin(node));
      expect(session).toContain("of Go");
      expect(pairOf(browser, both)).toBe(0);
      expect(await show(browser, rotated.origin("Go"))).toBe(session);

      await sendStep(oldTab, rotated.origin("Go"), step);
      expect(pairOf(oldTab, both)).toBe(0);
      const final = await start({ ...settings, keys: after });
      for (const tab of [browser, oldTab])
        expect(await show(tab, final.origin(node))).toBe(session);
    },
  );
});
