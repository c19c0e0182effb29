// The sessions of two users under random interleavings: logins, new ids, logouts and ends from elsewhere, in several processes, with faults.
import assert from "node:assert/strict";
import type { Backend } from "../../../src/backends/backend.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { parseMetadata, type Metadata } from "../../../src/changes/metadata.ts";
import { publicIdOf } from "../../../src/diagnostics.ts";
import { isRedistoreError } from "../../../src/errors.ts";
import type { SessionLimit } from "../../../src/options/option.ts";
import type { Records } from "../../../src/session/records.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";
import { makeRecords } from "./make-records.ts";
import { settled } from "./steps.ts";
import { SteppingBackend, type Fault } from "./stepping-backend.ts";

type Values = Record<string, unknown>;

const USERS = ["ada", "bob"];

/** A backend for one run, and a clock that its records expire by. */
export interface World {
  readonly backend: Backend;
  readonly clock: { now: number };
}

export interface UserRuns {
  readonly runs: number;
  /** The probability of a fault at each step. */
  readonly faults: number;
  /**
   * Whether users log in by a key alone, too. Then what has to hold is looked at when all requests have ended: such a login is listed for a
   * moment under an id that another request has just replaced.
   */
  readonly byKey: boolean;
  readonly open: () => World;
}

/** What is stored under one id. */
interface Live {
  readonly id: string;
  readonly publicId: string;
  readonly metadata: Metadata;
}

/** All sessions of a user were ended: those whose login was before `at`, but for the excepted one. */
interface Ended {
  readonly user: string;
  readonly at: number;
  readonly except: string | undefined;
}

class UsersRun {
  readonly trace: string[] = [];
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #limit: SessionLimit;
  readonly #faults: number;
  readonly #byKey: boolean;
  /** Ids that a browser may have. */
  readonly #known = new Set<string>();
  readonly #ended: Ended[] = [];

  constructor(random: SeededRandom, { open, faults, byKey }: UserRuns) {
    this.#world = open();
    this.#random = random;
    this.#faults = faults;
    this.#byKey = byKey;
    const limit = random.pick([1, 2, Infinity]);
    this.#limit = { limit, atLimit: random.pick(["evict-oldest", "refuse"] as const) };
  }

  async run(): Promise<void> {
    const { backend } = this.#world;
    await this.#logIn(this.#recordsOver(backend));
    const processes = [new SteppingBackend(backend), new SteppingBackend(backend)];
    const running = new Set<Promise<void>>();
    const failures: unknown[] = [];
    for (const process of processes) {
      for (let client = 0; client < 2; client++) {
        const run = this.#client(this.#recordsOver(process));
        const ended = run.catch((error: unknown) => void failures.push(error));
        running.add(ended);
        void ended.finally(() => running.delete(ended));
      }
    }
    for (await settled(); running.size > 0 && failures.length === 0; await settled()) {
      const waiting = processes.flatMap((process) =>
        process.pending.map((step) => ({ process, step })),
      );
      if (waiting.length === 0) break; // All processes have crashed.
      const { process, step } = this.#random.pick(waiting);
      this.#world.clock.now += this.#random.chance(0.02) ? 20 : 0.001;
      if (this.#random.chance(this.#faults / 4)) {
        this.trace.push(`crash before ${step.name}`);
        processes.splice(processes.indexOf(process), 1);
        continue;
      }
      if (step.left && this.#random.chance(0.7)) continue;
      const isFault = !step.left && this.#random.chance(this.#faults);
      const fault = isFault ? this.#random.pick<Fault>(FAULTS) : undefined;
      this.trace.push(`${processes.indexOf(process)} ${step.name} ${fault ?? ""}`);
      await step.take(fault);
      if (!this.#byKey) await this.#check();
    }
    if (failures.length > 0) throw failures[0];
    await this.#check();
    await this.#checkAtTheEnd();
    for (const { pending } of processes) {
      for (const step of pending.filter(({ left }) => left)) {
        this.trace.push(`late ${step.name}`);
        await step.take();
      }
    }
    await this.#check();
  }

  #recordsOver(backend: Backend): Records<Values> {
    const { clock } = this.#world;
    return makeRecords(backend, {
      now: () => clock.now,
      maxAge: 60,
      sessionLimit: this.#limit,
      principalOf: this.#byKey ? ({ user }) => user as string | undefined : undefined,
    });
  }

  /** One request after the other, each on a session that a browser may have. */
  async #client(records: Records<Values>): Promise<void> {
    for (let requests = 1 + this.#random.below(3); requests > 0; requests--) {
      try {
        await this.#request(records);
      } catch (error) {
        if (!isRedistoreError(error) || error.code === "ERR_REDISTORE_CONFIG") throw error;
        this.trace.push(`  ${error.code}`);
      }
    }
  }

  async #request(records: Records<Values>): Promise<void> {
    const way = this.#random.below(12);
    if (way === 0) return this.#logIn(records);
    if (way <= 3) return this.#fromElsewhere(records, way);
    const record = await records.load(this.#random.pick([...this.#known]));
    if (way === 4) await record.destroy();
    else if (way <= 6) await this.#regenerate(record);
    else if (way <= 8) await this.#regenerate(record, this.#random.pick(USERS));
    else if (way === 9) await record.touch();
    else await this.#save(record);
  }

  async #logIn(records: Records<Values>): Promise<void> {
    const record = records.create();
    await this.#regenerate(record, this.#random.pick(USERS));
  }

  async #regenerate(record: SessionRecord<Values>, principal?: string): Promise<void> {
    const grace = principal === undefined ? this.#random.pick([0, 30]) : 0;
    const keep = this.#random.pick([undefined, true, false]);
    this.trace.push(`  regenerate ${principal} ${grace} ${keep} of ${record.publicId}`);
    await record.regenerate({ principal, grace, keep });
    this.#learn(record);
  }

  async #save(record: SessionRecord<Values>): Promise<void> {
    record.values["n"] = this.#random.next();
    if (this.#byKey && this.#random.chance(0.5))
      record.values["user"] = this.#random.pick([...USERS, undefined]);
    this.trace.push(`  save ${String(record.values["user"])} of ${record.publicId}`);
    await record.save();
    this.#learn(record);
  }

  #learn({ storedId, publicId }: SessionRecord<Values>): void {
    if (storedId === "") return;
    this.#known.add(storedId);
    this.trace.push(`  stored as ${storedId.slice(0, 4)} ${publicId}`);
  }

  async #fromElsewhere(records: Records<Values>, way: number): Promise<void> {
    const user = this.#random.pick(USERS);
    const sessions = await records.principal(user).sessions();
    const some = sessions.length > 0 ? this.#random.pick(sessions).publicId : undefined;
    if (way === 1) {
      if (some !== undefined) await records.principal(user).destroy(some);
      return;
    }
    const except = way === 2 ? some : undefined;
    const at = this.#world.clock.now;
    this.trace.push(`  destroyAll of ${user} but ${except}`);
    await records.principal(user).destroyAll({ except });
    this.trace.push(`  destroyAll of ${user} but ${except}: done`);
    this.#ended.push({ user, at, except });
  }

  /** What holds however the steps meet. */
  async #check(): Promise<void> {
    for (const user of USERS) {
      const live = await this.#live(user);
      const listed = await this.#world.backend.members(user, soon());
      const ids = new Set(listed.map(({ id }) => id));
      for (const each of live) {
        if (this.#known.has(each.id))
          assert.ok(ids.has(each.id), `a session of ${user} is not listed`);
      }
      const counted = live.filter(({ id }) => ids.has(id)).map(({ publicId }) => publicId);
      assert.ok(new Set(counted).size <= this.#limit.limit, "a user has too many sessions");
      for (const { at, except } of this.#ended.filter((each) => each.user === user)) {
        for (const { id, publicId, metadata } of live) {
          // A login under way may still be refused. No browser knows its id.
          if (this.#known.has(id) && publicId !== except)
            assert.ok(
              (metadata.authenticated ?? 0) >= at,
              "a session lives on after all were ended",
            );
        }
      }
    }
  }

  async #checkAtTheEnd(): Promise<void> {
    const records = this.#recordsOver(this.#world.backend);
    for (const user of USERS) {
      const sessions = await records.principal(user).sessions();
      const members = await this.#world.backend.members(user, soon());
      const live = await this.#live(user);
      const known = live.filter(({ id }) => this.#known.has(id)).map(({ publicId }) => publicId);
      const shown = sessions.map(({ publicId }) => publicId);
      assert.deepEqual(new Set([...shown, ...known]), new Set(shown), "a session is not shown");
      for (const { id } of members) {
        const { record } = await this.#world.backend.get(id, soon());
        assert.ok(record, "an index keeps a dead session after it was read");
      }
      await records.principal(user).destroyAll();
      assert.equal(await records.principal(user).count(), 0);
      const left = (await this.#live(user)).filter(({ id }) => this.#known.has(id));
      assert.deepEqual(left, [], "a session lives on after all were ended");
    }
  }

  async #live(user: string): Promise<Live[]> {
    const { backend } = this.#world;
    const live: Live[] = [];
    for await (const id of backend.ids()) {
      const { record, tombstone } = await backend.get(id, soon());
      if (!record || tombstone) continue;
      const metadata = parseMetadata((JSON.parse(String(record)) as Values)["_redistore"]);
      if (metadata.principal !== user) continue;
      live.push({ id, publicId: metadata.publicId ?? publicIdOf(id), metadata });
    }
    return live;
  }
}

const FAULTS: readonly Fault[] = ["unsent", "replyLost", "dropped", "late"];
const soon = (): Deadline => new Deadline(5);

function inMemory(): World {
  const clock = { now: 2_000_000_000 };
  return { backend: new MemoryBackend({ now: () => clock.now }), clock };
}

/** Runs in memory, where records expire by the clock of the run. */
export function runUsersInMemory(
  random: SeededRandom,
  settings: Omit<UserRuns, "open">,
): Promise<void> {
  return runUsers(random, { ...settings, open: inMemory });
}

export async function runUsers(random: SeededRandom, settings: UserRuns): Promise<void> {
  const { runs } = settings;
  const only = process.env["RUN"] === undefined ? undefined : Number(process.env["RUN"]);
  for (let index = only ?? 0; index < (only === undefined ? runs : only + 1); index++) {
    random.restart(index);
    const run = new UsersRun(random, settings);
    await run.run().catch((error: unknown) => {
      const steps = run.trace.join("\n  ");
      throw new Error(`SEED=${random.seed} RUN=${index}\n  ${steps}`, { cause: error });
    });
  }
}
