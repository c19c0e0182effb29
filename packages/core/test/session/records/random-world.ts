// A random world around one session: the requests of one browser, an attacker who knows an old id, an operator who revokes it, and time.
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { SessionGoneError } from "../../../src/errors.ts";
import type { Records } from "../../../src/session/records.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";
import { makeRecords } from "./make-records.ts";
import { perform } from "./perform-request.ts";
import {
  type Arrival,
  GRACE,
  mayEnd,
  randomAction,
  type Request,
  type Sender,
  TOKEN,
  Violation,
} from "./random-requests.ts";
import { settled } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import type { Values } from "./stored-session.ts";
import { WorldFacts } from "./world-facts.ts";
import {
  checkArrival,
  checkAttack,
  checkCookie,
  checkDone,
  checkEnd,
  checkJar,
  checkRefusal,
} from "./world-rules.ts";

/** A world is done after far fewer turns. With more, a request never ends. */
const MAX_TURNS = 10_000;

export class RandomWorld {
  readonly #random: SeededRandom;
  #now = 1_000_000;
  readonly #backend = new MemoryBackend({ now: () => this.#now });
  readonly #processes = [new SteppingBackend(this.#backend), new SteppingBackend(this.#backend)];
  readonly #records: readonly Records<Values>[];
  readonly #facts = new WorldFacts(this.#backend, () => this.#now);
  readonly #running = new Set<Promise<void>>();
  readonly #responses: Request[] = [];
  readonly #trace: string[] = [];
  #jar: string | undefined;
  /** The id that the attacker has copied. */
  #stolen: string | undefined;
  #counter = 0;
  #failure: unknown;

  constructor(random: SeededRandom) {
    this.#random = random;
    const now = (): number => this.#now;
    this.#records = this.#processes.map((process) => makeRecords(process, { now }));
  }

  async run(): Promise<void> {
    try {
      await this.#begin();
      const requests = 2 + this.#random.below(4);
      let turns = 0;
      for (let started = 0; started < requests || this.#running.size > 0;) {
        if (++turns > MAX_TURNS) throw new Violation("a request never ends");
        if (started < requests && this.#random.chance(0.3)) {
          started++;
          this.#start();
        } else if (this.#responses.length > 0 && this.#random.chance(0.4)) {
          await this.#deliver();
        } else if (this.#random.chance(0.15)) {
          this.#now += this.#random.pick([1, 3, 6, 11]);
          this.#trace.push(`time passes, ${this.#now}`);
        } else {
          await this.#step();
        }
        await settled();
        if (this.#failure) throw this.#failure;
      }
      while (this.#responses.length > 0) await this.#deliver();
      await checkEnd(this.#facts);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      throw new Violation(`${error.message}\n  ${this.#trace.join("\n  ")}`, { cause: error });
    } finally {
      await this.#backend.close();
    }
  }

  async #begin(): Promise<void> {
    const first = makeRecords(this.#backend, { now: () => this.#now }).create();
    Object.assign(first.values, { token: TOKEN });
    await (this.#random.chance(0.5) ? first.regenerate({ principal: "ada" }) : first.save());
    const id = first.storedId;
    const facts = this.#facts;
    facts.used.set(id, this.#now);
    // Its renewal may just have ended, so that the browser has not used the new id yet.
    if (this.#random.chance(0.3)) {
      await first.regenerate({ grace: GRACE });
      facts.renewals.add(first.storedId);
      facts.begun++;
    }
    this.#jar = first.storedId;
    this.#stolen = this.#random.pick([id, this.#jar]);
    for (const each of [id, this.#jar]) {
      facts.known.add(each);
      if (first.principal !== undefined) facts.owned.add(each);
    }
    this.#trace.push(
      `the first session is ${name(this.#jar)}, before ${name(id)}, of ${String(first.principal)}`,
    );
  }

  #start(): void {
    const records = this.#random.pick(this.#records);
    const revoked = this.#random.pick([...this.#facts.known]);
    if (this.#random.chance(0.1)) return this.#track(this.#revoke(records, revoked));
    const by: Sender = this.#random.chance(0.3) ? "attacker" : "browser";
    const sentId = by === "browser" ? this.#jar : this.#stolen;
    const action = randomAction(this.#random, by);
    this.#trace.push(`${by} sends ${name(sentId)} to ${action}`);
    this.#track(this.#serve(records, { by, action, sentId, sentAt: this.#now }));
  }

  #track(running: Promise<void>): void {
    this.#running.add(running);
    running
      .catch((error: unknown) => (this.#failure ??= error))
      .finally(() => this.#running.delete(running));
  }

  async #step(): Promise<void> {
    const waiting = this.#processes.flatMap((process) => process.pending);
    if (waiting.length === 0) return;
    const step = this.#random.pick(waiting);
    this.#trace.push(`step ${step.name}`);
    await step.take();
  }

  async #revoke(records: Records<Values>, id: string): Promise<void> {
    const facts = this.#facts;
    this.#trace.push(`operator revokes ${name(id)}`);
    facts.revocations++;
    const isFirst = (await facts.tokenOf(id)) === TOKEN;
    const isAlone = facts.open++ === 0;
    const endings = ++facts.endings;
    const others: string[] = [];
    for (const login of facts.fresh)
      if (login !== id && (await facts.isAlive(login))) others.push(login);
    const ended = await records.destroy(id);
    facts.open--;
    for (const login of isAlone && endings === facts.endings ? others : [])
      if (!(await facts.isAlive(login)))
        throw new Violation("the end of an old id ended a login that kept nothing of it");
    facts.endings++;
    if (isFirst) facts.hasEnded = true;
    this.#trace.push(`operator has revoked ${name(id)}: ${String(ended)}`);
  }

  async #serve(records: Records<Values>, request: Request): Promise<void> {
    const { by, action, sentId } = request;
    const facts = this.#facts;
    if (sentId !== undefined && !facts.firstSent.has(sentId))
      facts.firstSent.set(sentId, request.sentAt);
    if (mayEnd(action)) {
      facts.begun++;
      facts.leaving.add(sentId ?? "");
    }
    if (action === "log out") facts.logouts++;
    if (action === "regenerate with nothing") facts.mayBeEmpty = true;
    const used = new Set(facts.used.keys());
    const record = sentId === undefined ? records.create() : await records.load(sentId);
    const arrival = await facts.arrival(record, sentId, used);
    const { state } = arrival;
    request.isFirst = state === "new";
    request.owned = record.principal !== undefined || facts.owned.has(sentId ?? "");
    await checkArrival(facts, request, arrival, record);
    const isEnding = (by === "browser" || state === "live") && mayEnd(action);
    if (isEnding) {
      facts.open++;
      facts.endings++;
    }
    try {
      await this.#act(record, request, arrival);
    } finally {
      if (isEnding) {
        facts.open--;
        facts.endings++;
      }
    }
    await checkCookie(facts, this.#now, request, arrival, record);
    if (by === "attacker") await checkAttack(facts, request, arrival, record);
    if (record.storedId && record.principal !== undefined) facts.owned.add(record.storedId);
    if (record.storedId && record.storedId !== sentId && !record.withholdsCookie) {
      request.cookie = { id: record.storedId };
      facts.known.add(record.storedId);
    }
    this.#trace.push(
      `${by} has done ${action} with ${name(sentId)} (${state}): ${name(record.storedId)}`,
    );
    if (by === "browser") this.#responses.push(request);
  }

  async #act(record: SessionRecord<Values>, request: Request, arrival: Arrival): Promise<void> {
    const { action, by } = request;
    const isFirst = record.values["token"] === TOKEN;
    const key = `${by}${this.#counter++}`;
    try {
      if (!(await perform(this.#facts, record, request, key))) return;
    } catch (error) {
      if (!(error instanceof SessionGoneError)) throw error;
      this.#trace.push(`${by} is refused to ${action}`);
      return checkRefusal(this.#facts, request, arrival);
    }
    if (action === "log out" && arrival.state === "live" && isFirst) this.#facts.hasEnded = true;
    await checkDone(this.#facts, request, arrival, record);
    await this.#noteEnd(request, arrival);
    // Changes made here are stored if the data of the first session went along.
    const isStored = record.state === "live" && record.values["token"] === TOKEN;
    if (isFirst && isStored && record.values[key] === key) this.#facts.stored.set(key, key);
  }

  /** Notes that the session under an id has ended by a logout or login, if it certainly has: it was alive when the request arrived. */
  async #noteEnd({ action }: Request, { state, loadedId, at }: Arrival): Promise<void> {
    const facts = this.#facts;
    if (!mayEnd(action) || state !== "live" || facts.revocations > 0) return;
    if ((await facts.isAlive(loadedId)) || facts.toldEnds.has(loadedId)) return;
    const tombstone = await facts.tombstone(loadedId);
    if (tombstone?.kind !== "renewed" || tombstone.grace === 0) facts.toldEnds.set(loadedId, at);
  }

  /** Delivers a response to the browser, or loses it. The order is random. */
  async #deliver(): Promise<void> {
    const [response] = this.#responses.splice(this.#random.below(this.#responses.length), 1);
    if (!response?.cookie) return;
    const { id } = response.cookie;
    if (this.#random.chance(0.1)) {
      this.#trace.push(`the response with ${name(id)} is lost`);
      return;
    }
    await checkJar(this.#facts, response, this.#jar);
    this.#trace.push(`the jar gets ${name(id)}`);
    this.#jar = id;
    if (this.#random.chance(0.3)) this.#stolen = this.#jar;
  }
}

function name(id: string | undefined): string {
  return id === undefined || id === "" ? "no id" : id.slice(0, 4);
}

/** Runs worlds, each with random numbers of its own, so that `RUN` repeats one alone. */
export async function runWorlds(random: SeededRandom, runs: number): Promise<void> {
  const only = process.env["RUN"] === undefined ? undefined : Number(process.env["RUN"]);
  for (let run = only ?? 0; run < (only === undefined ? runs : only + 1); run++) {
    random.restart(run);
    await new RandomWorld(random).run().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`SEED=${random.seed} RUN=${run}: ${message}`, { cause: error });
    });
  }
}
