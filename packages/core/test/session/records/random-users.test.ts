// Random interleavings of what happens to the sessions of two users, in memory and on a real Redis.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../../test/seeded-random.ts";
import { runUsers, runUsersInMemory, type World } from "./random-users.ts";
import { openRedisBackend } from "./stored-session.ts";

const seeded = (runs: number, faults: number): SeededRandom =>
  new SeededRandom(`${runs} runs of users, faults ${faults}`);

describe("logins, new ids, logouts and ends from elsewhere, in any order", () => {
  it.each([
    ["leave no session that began before all were ended, list each, and keep the limit", 0, false],
    ["do so when replies are lost and processes crash", 0.08, false],
    ["do so when users log in by a key alone", 0, true],
  ])("%s", { timeout: 120_000 }, async (_, faults, byKey) => {
    const runs = 4000;
    const running = runUsersInMemory(seeded(runs, faults), { runs, faults, byKey });
    await expect(running).resolves.toBeUndefined();
  });

  it.each([0, 0.08])("do so on a real Redis, with faults %d", async (faults) => {
    const runs = 60;
    const worlds = await Promise.all(
      Array.from({ length: runs }, async () => ({
        backend: await openRedisBackend(),
        clock: { now: Date.now() / 1000 },
      })),
    );
    const open = (): World => worlds.pop() as World;
    const backends = worlds.map(({ backend }) => backend);
    const running = runUsers(seeded(runs, faults), { runs, faults, byKey: false, open });
    await expect(running).resolves.toBeUndefined();
    for (const backend of backends) await backend.close();
  });
});
