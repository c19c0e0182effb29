// The rules of the save protocol in a random world: one browser's jar with responses in any order, an attacker with an old id, revocations.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../../test/seeded-random.ts";
import { runWorlds } from "./random-world.ts";

const RUNS = Number(process.env["RUNS"] ?? 6000);

describe("a browser, an attacker and an operator at once", () => {
  it("lock no user out, bring nothing back, and lead no old id to a login", async () => {
    await runWorlds(new SeededRandom(`${RUNS} random worlds`), RUNS);
    expect(RUNS).toBeGreaterThan(0);
  }, 240_000);
});
