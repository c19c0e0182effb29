// The save protocol under random interleavings, lost answers and crashes, held against what its clients were told.
import { describe, expect, it } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { SeededRandom } from "../../../../../test/seeded-random.ts";
import { INITIAL_KEYS, InterleavedClient, Ledger } from "./interleaved-client.ts";
import { makeRecords } from "./make-records.ts";
import { openRedisBackend } from "./stored-session.ts";
import { SteppingBackend, type Fault } from "./stepping-backend.ts";

type Values = Record<string, unknown>;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two processes with two clients each, on one session; the random numbers choose who takes the next step. */
async function interleave(random: SeededRandom, backend: Backend, faults: number): Promise<Ledger> {
  const ledger = new Ledger();
  const first = makeRecords(backend).create();
  for (const key of INITIAL_KEYS) first.values[key] = key;
  await first.regenerate({ principal: "ada" });
  ledger.knownIds.add(first.id);
  const processes = [new SteppingBackend(backend), new SteppingBackend(backend)];
  const deletable = [...INITIAL_KEYS];
  const running = new Set<Promise<void>>();
  for (const [index, process] of processes.entries()) {
    const records = makeRecords(process);
    for (const client of ["a", "b"]) {
      const run = new InterleavedClient(
        `${client}${index}`,
        records,
        random,
        ledger,
        deletable,
      ).run(first.id);
      running.add(run);
      void run.finally(() => running.delete(run));
    }
  }
  for (await settled(); running.size > 0; await settled()) {
    const waiting = processes.flatMap((process) =>
      process.pending.map((step) => ({ process, step })),
    );
    if (waiting.length === 0) break;
    const { process, step } = random.pick(waiting);
    if (random.chance(faults / 4)) {
      ledger.trace.push(`crash before ${step.name}`);
      processes.splice(processes.indexOf(process), 1);
      continue;
    }
    const fault = random.chance(faults)
      ? random.pick<Fault>(["unsent", "unanswered", "dropped"])
      : undefined;
    ledger.trace.push(`${processes.indexOf(process)} ${step.name} ${fault ?? ""}`);
    await step.take(fault);
  }
  await check(backend, first.id, ledger);
  return ledger;
}

async function check(backend: Backend, firstId: string, ledger: Ledger): Promise<void> {
  const found = await successor(backend, firstId);
  const alive: string[] = [];
  for (const id of ledger.knownIds) {
    const { record, tombstone } = await backend.get(id, new Deadline(1));
    if (record && !tombstone) alive.push(id);
  }
  expect(alive.length, "sessions alive under ids that a browser may hold").toBeLessThanOrEqual(1);
  if (ledger.destroy === "done") {
    expect(found, "a logout was undone").toBeUndefined();
    expect(alive, "a logout was undone").toEqual([]);
    return;
  }
  if (ledger.destroy === "never") expect(found, "the session was lost").toBeDefined();
  if (found) checkValues(found, ledger);
}

function checkValues(values: Values, ledger: Ledger): void {
  for (const [key, value] of ledger.sets)
    expect(values[key], `lost write of ${key}`).toEqual(value);
  for (const key of ledger.deleted) expect(key in values, `${key} came back`).toBe(false);
  const { done, maybe } = ledger.increments;
  expect(Number(values["n"] ?? 0), "increments").toBeGreaterThanOrEqual(done);
  expect(Number(values["n"] ?? 0), "increments").toBeLessThanOrEqual(done + maybe);
  const flashes = (values["_flash"] ?? []) as string[];
  expect(new Set(flashes).size, "a flash is there twice").toBe(flashes.length);
  for (const flash of ledger.flashesRead)
    expect(flashes, "a read flash came back").not.toContain(flash);
  for (const flash of ledger.flashesAdded) {
    if (!ledger.flashesMaybeRead.has(flash)) expect(flashes, "a flash was lost").toContain(flash);
  }
}

/** The values of the session that the first id has become, whatever the grace. */
async function successor(backend: Backend, id: string): Promise<Values | undefined> {
  const { record, tombstone } = await backend.get(id, new Deadline(1));
  if (tombstone) return tombstone.kind === "ended" ? undefined : successor(backend, tombstone.to);
  return record && (JSON.parse(record.toString()) as Values);
}

async function runAll(runs: number, faults: number, open: () => Backend): Promise<number> {
  const random = new SeededRandom(`${runs} interleavings, faults ${faults}`);
  const only = process.env["RUN"] === undefined ? undefined : Number(process.env["RUN"]);
  for (let run = only ?? 0; run < (only === undefined ? runs : only + 1); run++) {
    random.restart(run);
    await interleave(random, open(), faults).catch((error: unknown) => {
      throw new Error(`SEED=${random.seed} RUN=${run}`, { cause: error });
    });
  }
  return runs;
}

describe("random interleavings of four clients in two processes", () => {
  it("lose no write and undo no logout", async () => {
    expect(await runAll(5_000, 0, () => new MemoryBackend())).toBe(5_000);
  }, 120_000);

  it("lose nothing that was acknowledged when answers are lost and processes crash", async () => {
    expect(await runAll(5_000, 0.08, () => new MemoryBackend())).toBe(5_000);
  }, 120_000);

  it("do the same on a real Redis", async () => {
    const backend = await openRedisBackend();
    expect(await runAll(150, 0, () => backend)).toBe(150);
    expect(await runAll(150, 0.08, () => backend)).toBe(150);
    await backend.close();
  }, 120_000);
});
