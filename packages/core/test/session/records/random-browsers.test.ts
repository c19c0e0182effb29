// The rules of the save protocol in a random world: one browser's jar with responses in any order, an attacker with an old id, revocations.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../../test/seeded-random.ts";
import { RandomWorld, Violation } from "./random-world.ts";

const RUNS = Number(process.env["RUNS"] ?? 6000);

describe("a browser, an attacker and an operator at once", () => {
  it("lock no user out, bring nothing back, and lead no old id to a login", async () => {
    const random = new SeededRandom(`${RUNS} random worlds`);
    const only = process.env["RUN"] === undefined ? undefined : Number(process.env["RUN"]);
    for (let run = only ?? 0; run < (only === undefined ? RUNS : only + 1); run++) {
      random.restart(run);
      await new RandomWorld(random).run().catch((error: unknown) => {
        if (!(error instanceof Violation)) throw error;
        throw new Error(`SEED=${random.seed} RUN=${run}: ${error.message}`, { cause: error });
      });
    }
    expect(RUNS).toBeGreaterThan(0);
  }, 240_000);
});
