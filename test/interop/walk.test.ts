// Random walks of a browser over Go, Express, Koa and node:http, with every kind of key and both serializers.
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { SeededRandom } from "../seeded-random.ts";
import { FourServers } from "./four-servers.ts";
import { goIsMissing } from "./go-server.ts";
import { planWalk } from "./plan.ts";
import { randomPool } from "./pool.ts";
import { SessionModel } from "./session-model.ts";
import { KEY_SIZES, newSharedSettings, randomPair } from "./shared-settings.ts";
import { newBrowsers, walk } from "./walk.ts";

/** For each of the eight combinations of serializer and keys. */
const WALKS = 130;
const VISITS = 5;
const AT_A_TIME = 8;

describe.skipIf(goIsMissing)("a walk over Go and Node servers", () => {
  for (const serializer of ["gob", "json"] as const) {
    for (const [encryptionBytes, keys] of KEY_SIZES) {
      it(`finds every value with the type and content that was stored: ${serializer}, ${keys}`, async () => {
        const random = new SeededRandom(`walk, ${serializer}, ${keys}`);
        const pool = randomPool(random, serializer);
        const pair = randomPair(random, encryptionBytes);
        const settings = newSharedSettings(inject("redisUrl"), serializer, pair);
        const four = await FourServers.start(settings);
        onTestFinished(() => four.stop());
        const newBrowser = newBrowsers();
        const plans = Array.from({ length: WALKS }, () =>
          planWalk(random, serializer, new SessionModel(serializer), pool, VISITS),
        );
        const oneAfterTheOther = async (): Promise<void> => {
          for (let plan = plans.pop(); plan; plan = plans.pop()) {
            expect(await walk(newBrowser(), four, plan)).toEqual(plan);
          }
        };
        await Promise.all(Array.from({ length: AT_A_TIME }, oneAfterTheOther));
      }, 120_000);
    }
  }
});
