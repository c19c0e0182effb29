// Random interleavings of several clients on one session, in memory and on a real Redis.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../../test/seeded-random.ts";
import { runInterleavings, runInterleavingsInMemory } from "./random-interleavings.ts";
import { encrypted, openRedisBackend } from "./stored-session.ts";

const seeded = (runs: number, faults: number): SeededRandom =>
  new SeededRandom(`${runs} interleavings, faults ${faults}`);

describe("random interleavings of four clients in two processes", () => {
  it.each([
    ["lose no write and undo no logout", 0],
    ["lose nothing that was acknowledged when replies are lost and processes crash", 0.08],
  ])("%s", { timeout: 120_000 }, async (_, faults) => {
    const running = runInterleavingsInMemory(seeded(5000, faults), 5000, faults);
    await expect(running).resolves.toBeUndefined();
  });

  it.each([0, 0.08])(
    "do the same if each process encrypts records for itself, with faults %d",
    { timeout: 120_000 },
    async (faults) => {
      const running = runInterleavingsInMemory(seeded(2000, faults), 2000, faults, encrypted);
      await expect(running).resolves.toBeUndefined();
    },
  );

  it.each([0, 0.08])("do the same on a real Redis, with faults %d", async (faults) => {
    const backend = await openRedisBackend();
    const running = runInterleavings(seeded(150, faults), 150, faults, () => backend);
    await expect(running).resolves.toBeUndefined();
    await backend.close();
  });
});
