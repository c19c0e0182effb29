// A store in memory keeps a record as long as Redis does: not a fraction of a second less.
import { afterEach, expect, it, vi } from "vitest";
import { withMemory } from "../../src/options/connection-options.ts";
import { createRecords } from "../../src/session/create-store.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("withMemory keeps a record for its whole lifetime", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_900 });
  const records = await createRecords<{ a: number }>(withMemory());
  const record = records.create("id");
  record.values.a = 1;
  record.lifetime = 1;
  await record.save();
  vi.setSystemTime(1_001_800);
  expect((await records.load("id")).state).toBe("live");
  vi.setSystemTime(1_001_900);
  expect((await records.load("id")).state).toBe("new");
});
