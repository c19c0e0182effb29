// The save protocol under random interleavings, lost replies and crashes, compared with what its clients were told.
import { expect } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { TOMBSTONE_SECONDS } from "../../../src/backends/tombstone.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";
import { INITIAL_KEYS, InterleavedClient, Ledger } from "./interleaved-client.ts";
import { makeRecords } from "./make-records.ts";
import { settled } from "./steps.ts";
import { SteppingBackend, type Fault } from "./stepping-backend.ts";

type Values = Record<string, unknown>;

/** Makes the backend as one process sees it of the one that all share, such as one that encrypts. */
export type SeenBy = (backend: Backend) => Backend;

/** Two processes with two clients each, on one session; the random numbers choose who takes the next step. */
async function interleave(
  random: SeededRandom,
  backend: Backend,
  faults: number,
  ledger: Ledger,
  elapse: (seconds: number) => void,
  seenBy: SeenBy,
): Promise<void> {
  const inspected = seenBy(backend);
  const first = makeRecords(inspected).create();
  for (const key of INITIAL_KEYS) first.values[key] = key;
  await first.regenerate({ principal: "ada" });
  ledger.knownIds.add(first.id);
  const processes = [new SteppingBackend(backend), new SteppingBackend(backend)];
  const deletable = [...INITIAL_KEYS];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const [index, process] of processes.entries()) {
    const records = makeRecords(seenBy(process));
    for (const name of ["a", "b"]) {
      const client = new InterleavedClient(`${name}${index}`, records, random, ledger, deletable);
      const run = client.run(first.id).catch((error: unknown) => void failures.push(error));
      running.add(run);
      void run.finally(() => running.delete(run));
    }
  }
  for (await settled(); running.size > 0 && failures.length === 0; await settled()) {
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
    if (step.left && random.chance(0.7)) continue;
    const fault = step.left ? undefined : randomFault(random, step.name, faults);
    ledger.trace.push(`${processes.indexOf(process)} ${step.name} ${fault ?? ""}`);
    await step.take(fault);
  }
  if (failures.length > 0) throw failures[0];
  const left = processes.flatMap(({ pending }) => pending);
  for (const step of left) if (step.left === "twice") await step.take();
  const ended = await check(inspected, first.id, ledger);
  // What was given up may arrive when all tombstones have expired. What was sent twice would do harm then; client libraries do that at once.
  elapse(TOMBSTONE_SECONDS + 1);
  for (const step of left) if (step.left !== "twice") await step.take();
  for (const id of ended)
    expect(await isAlive(inspected, id), "an ended session came back").toBe(false);
}

/** Creations are rare, and what they leave if they arrive late is seen only if the session ends after that. */
function randomFault(random: SeededRandom, step: string, faults: number): Fault | undefined {
  const isCreation = step === "create";
  if (!random.chance(isCreation ? faults * 5 : faults)) return undefined;
  const some: Fault[] = ["unsent", "replyLost", "dropped", "late"];
  // A client library that sends a write twice is a nuisance with flashes, too, and documented.
  return random.pick<Fault>(isCreation ? [...some, "twice"] : some);
}

async function isAlive(backend: Backend, id: string): Promise<boolean> {
  return (await backend.get(id, new Deadline(1))).record !== undefined;
}

/** Returns the known ids whose session has ended. */
async function check(backend: Backend, firstId: string, ledger: Ledger): Promise<string[]> {
  const found = await successor(backend, firstId);
  const alive: string[] = [];
  for (const id of ledger.knownIds) {
    const { record, tombstone } = await backend.get(id, new Deadline(1));
    expect(record && tombstone, "a record comes back when its tombstone has expired").toBe(
      undefined,
    );
    if (record) alive.push(id);
  }
  expect(alive.length, "sessions alive under ids that a browser may have").toBeLessThanOrEqual(1);
  if (ledger.destroy === "done") {
    expect(found, "a logout was undone").toBeUndefined();
    expect(alive, "a logout was undone").toEqual([]);
    return [...ledger.knownIds];
  }
  if (ledger.destroy === "never") expect(found, "the session was lost").toBeDefined();
  if (found) checkValues(found, ledger);
  return [...ledger.knownIds].filter((id) => !alive.includes(id));
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

/**
 * Runs interleavings on backends that `open` makes.
 *
 * @param faults the probability of a fault at each step
 * @param elapse lets time pass for the backend, where a test can do that
 * @param seenBy default: processes see the backend as it is
 */
export async function runInterleavings(
  random: SeededRandom,
  runs: number,
  faults: number,
  open: () => Backend,
  elapse: (seconds: number) => void = () => undefined,
  seenBy: SeenBy = (backend) => backend,
): Promise<void> {
  const only = process.env["RUN"] === undefined ? undefined : Number(process.env["RUN"]);
  for (let run = only ?? 0; run < (only === undefined ? runs : only + 1); run++) {
    random.restart(run);
    const ledger = new Ledger();
    await interleave(random, open(), faults, ledger, elapse, seenBy).catch((error: unknown) => {
      const steps = ledger.trace.join("\n  ");
      throw new Error(`SEED=${random.seed} RUN=${run}\n  ${steps}`, { cause: error });
    });
  }
}

/** Runs interleavings in memory, where time passes as it is told to. */
export function runInterleavingsInMemory(
  random: SeededRandom,
  runs: number,
  faults: number,
  seenBy?: SeenBy,
): Promise<void> {
  let now = 1_000_000;
  const open = (): Backend => new MemoryBackend({ now: () => now });
  const elapse = (seconds: number): void => void (now += seconds);
  return runInterleavings(random, runs, faults, open, elapse, seenBy);
}
