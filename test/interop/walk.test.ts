// Random walks of one cookie jar over Go, Express, Koa and node:http, under every kind of key and both serializers.
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { SeededRandom } from "../seeded-random.ts";
import { FourServers } from "./four-servers.ts";
import { goIsMissing } from "./go-server.ts";
import { KEY_SIZES, newPlace, randomPair } from "./place.ts";
import { planWalk } from "./plan.ts";
import { randomPool } from "./pool.ts";
import { SessionModel } from "./session-model.ts";
import { newBrowsers, walk } from "./walk.ts";

/** Under each of the eight. */
const WALKS = 130;
const VISITS = 5;
const AT_A_TIME = 8;

describe.skipIf(goIsMissing)("a walk over servers of Go and Node", () => {
  for (const serializer of ["gob", "json"] as const) {
    for (const [encryptionBytes, keys] of KEY_SIZES) {
      it(`finds every value as it was left, in kind and content: ${serializer}, ${keys}`, async () => {
        const random = new SeededRandom(`walk, ${serializer}, ${keys}`);
        const pool = randomPool(random, serializer);
        const pair = randomPair(random, encryptionBytes);
        const four = await FourServers.start(newPlace(inject("redisUrl"), serializer, pair));
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
