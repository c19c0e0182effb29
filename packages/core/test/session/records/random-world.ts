// A random world around one session: the requests of one browser, an attacker who knows an old id, an operator who revokes it, and time.
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import type { Tombstone } from "../../../src/backends/tombstone.ts";
import { ConfigError, SessionGoneError } from "../../../src/errors.ts";
import { SETTLING_SECONDS } from "../../../src/protocol/load.ts";
import type { Records } from "../../../src/session/records.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";
import { makeRecords } from "./make-records.ts";
import { settled } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import type { Values } from "./stored-session.ts";

const GRACE = 5;
/** The value that tells the first session, and every session that its data go along to. */
const TOKEN = "the first session";

const ACTIONS = {
  browser: [
    "read",
    "write",
    "write",
    "log in",
    "log in",
    "log in with a grace",
    "log in as another",
    "log in with nothing",
    "log out",
    "regenerate",
    "renew",
    "renew with a change",
  ],
  attacker: [
    "read",
    "write",
    "log in",
    "log out",
    "regenerate",
    "regenerate with nothing",
    "renew",
  ],
} as const;

type Sender = keyof typeof ACTIONS;
type Action = (typeof ACTIONS)[Sender][number];

interface Request {
  readonly by: Sender;
  readonly action: Action;
  readonly sentId: string | undefined;
  /** What the response does to the jar; undefined if it carries no cookie. */
  cookie?: { readonly id: string | undefined };
  /** Whether the session that the request came with belonged to a user. */
  owned?: boolean;
  /** Whether there was no session, and none that had just ended. The first session of an old request may replace the cookie of a login. */
  isFirst?: boolean;
  /** False if a regeneration began a new session in place of one that had ended. */
  wentAlong?: boolean;
}

/** What was there when a request had loaded its session. */
interface Arrival {
  readonly state: SessionRecord["state"];
  /** The tombstone that decided. */
  readonly tombstone: Tombstone | undefined;
  /** Whether the settling time after the end of the session was not over. */
  readonly isRecent: boolean;
  /** Whether the browser had not used the new id for a whole grace period: its response was lost. */
  readonly isUnused: boolean;
  /** The logins of the browser that were alive. */
  readonly logins: readonly string[];
  /** Counted, or -1 while something else may end a session. */
  readonly endings: number;
}

/** A rule that was broken, with all that happened before. */
export class Violation extends Error {}

export class RandomWorld {
  readonly #random: SeededRandom;
  #now = 1_000_000;
  readonly #backend = new MemoryBackend({ now: () => this.#now });
  readonly #processes = [new SteppingBackend(this.#backend), new SteppingBackend(this.#backend)];
  readonly #records: readonly Records<Values>[];
  readonly #running = new Set<Promise<void>>();
  readonly #responses: Request[] = [];
  readonly #trace: string[] = [];
  #jar: string | undefined;
  /** The id that the attacker has copied. */
  #stolen: string | undefined;
  /** Ids that a response carried, or that the jar began with. */
  readonly #known = new Set<string>();
  /** The new ids of logins that were done. */
  readonly #logins = new Set<string>();
  /** Of these, the ones that kept nothing of the old session. */
  readonly #fresh = new Set<string>();
  /** The ids that the browser itself has used, with the time. */
  readonly #used = new Map<string, number>();
  readonly #stored = new Map<string, unknown>();
  /** True once a request that had loaded the first session live, or an operator, has ended it. */
  #hasEnded = false;
  /** How often the browser or the operator began or finished something that may end a session. */
  #endings = 0;
  #open = 0;
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
      for (let started = 0; started < requests || this.#running.size > 0;) {
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
      await this.#check();
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
    this.#jar = first.storedId;
    this.#stolen = this.#jar;
    this.#known.add(this.#jar);
    this.#used.set(this.#jar, this.#now);
    this.#trace.push(`the first session is ${name(this.#jar)} of ${String(first.principal)}`);
  }

  #start(): void {
    const records = this.#random.pick(this.#records);
    const revoked = this.#random.pick([...this.#known]);
    if (this.#random.chance(0.1)) return this.#track(this.#revoke(records, revoked));
    const by: Sender = this.#random.chance(0.3) ? "attacker" : "browser";
    const sentId = by === "browser" ? this.#jar : this.#stolen;
    const action = this.#random.pick<Action>(ACTIONS[by]);
    this.#trace.push(`${by} sends ${name(sentId)} to ${action}`);
    this.#track(this.#serve(records, { by, action, sentId }));
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
    this.#trace.push(`operator revokes ${name(id)}`);
    const isFirst = (await this.#tokenOf(id)) === TOKEN;
    const isAlone = this.#open++ === 0;
    const endings = ++this.#endings;
    const others: string[] = [];
    for (const login of this.#fresh)
      if (login !== id && (await this.#isAlive(login))) others.push(login);
    const ended = await records.destroy(id);
    this.#open--;
    for (const login of isAlone && endings === this.#endings ? others : [])
      if (!(await this.#isAlive(login)))
        throw new Violation("the end of an old id ended a login that kept nothing of it");
    this.#endings++;
    if (ended && isFirst) this.#hasEnded = true;
    this.#trace.push(`operator has revoked ${name(id)}: ${String(ended)}`);
  }

  async #serve(records: Records<Values>, request: Request): Promise<void> {
    const { by, sentId } = request;
    const record = sentId === undefined ? records.create() : await records.load(sentId);
    const arrival = await this.#arrival(record, sentId);
    const { state, tombstone } = arrival;
    request.isFirst = state === "new";
    request.owned = record.principal !== undefined || tombstone?.owned === true;
    if (state === "live" && sentId !== undefined) await this.#checkServed(record, by, sentId);
    const mayEnd =
      (by === "browser" || state === "live") && !["read", "write"].includes(request.action);
    if (mayEnd) {
      this.#open++;
      this.#endings++;
    }
    try {
      await this.#act(record, request, arrival);
    } finally {
      if (mayEnd) {
        this.#open--;
        this.#endings++;
      }
    }
    if (by === "attacker") await this.#checkAttack(record, request, arrival);
    if (record.storedId && record.storedId !== sentId && !record.withholdsCookie) {
      request.cookie = { id: record.storedId };
      this.#known.add(record.storedId);
    }
    this.#trace.push(
      `${by} has done ${request.action} with ${name(sentId)} (${state}): ${name(record.storedId)}`,
    );
    if (by === "browser") this.#responses.push(request);
  }

  async #arrival(record: SessionRecord<Values>, sentId: string | undefined): Promise<Arrival> {
    const tombstone = sentId === undefined ? undefined : await this.#lastTombstone(sentId);
    const logins: string[] = [];
    for (const id of this.#logins) if (await this.#isAlive(id)) logins.push(id);
    return {
      state: record.state,
      tombstone,
      isRecent: tombstone?.told === true && this.#now - tombstone.at < SETTLING_SECONDS,
      isUnused:
        tombstone !== undefined &&
        this.#now - tombstone.at >= GRACE &&
        !this.#used.has(record.storedId),
      logins,
      endings: this.#open > 0 ? -1 : this.#endings,
    };
  }

  /** Checks on which session a request is served. */
  async #checkServed(record: SessionRecord<Values>, by: Sender, sentId: string): Promise<void> {
    const { storedId } = record;
    if (storedId === sentId) {
      if (by === "browser" && !this.#used.has(sentId)) this.#used.set(sentId, this.#now);
      return;
    }
    if (this.#logins.has(storedId))
      throw new Violation("an old id is served on the login that came after it");
    const { tombstone } = await this.#backend.get(sentId, new Deadline(1));
    if (tombstone?.kind === "renewed" && tombstone.to !== storedId)
      throw new Violation("an old id follows the session over a second renewal");
    const used = this.#used.get(storedId);
    if (used !== undefined && this.#now - used >= GRACE)
      throw new Violation("an old id is served after its grace period");
  }

  async #act(
    record: SessionRecord<Values>,
    request: Request,
    { state: arrived, isRecent }: Arrival,
  ): Promise<void> {
    const { action, by, sentId = "" } = request;
    const isFirst = record.values["token"] === TOKEN;
    const key = `${by}${this.#counter++}`;
    const user = by === "browser" ? "ada" : "mallory";
    try {
      if (action === "write" || action === "renew with a change") record.values[key] = key;
      if (action === "write") await record.save();
      else if (action === "log out") {
        if (await record.destroy()) request.cookie = { id: undefined };
        if (arrived === "live" && isFirst) this.#hasEnded = true;
      } else if (action === "regenerate") request.wentAlong = await record.regenerate();
      else if (action === "regenerate with nothing") await record.regenerate({ keep: false });
      else if (action.startsWith("renew"))
        request.wentAlong = await record.regenerate({ grace: GRACE });
      else if (action.startsWith("log in")) {
        if (!isFirst || action !== "log in") record.values[key] = key;
        if (!(await this.#logIn(record, action, user))) return;
      }
      if (action === "write" && arrived !== "live" && isRecent)
        throw new Violation("a request that came just after a logout or login began a session");
      // Changes made here are stored if the data of the first session went along.
      const isStored = record.state === "live" && record.values["token"] === TOKEN;
      if (isFirst && isStored && record.values[key] === key) this.#stored.set(key, key);
    } catch (error) {
      if (!(error instanceof SessionGoneError)) throw error;
      this.#trace.push(`${by} is refused to ${action}`);
      if (action.startsWith("log in")) throw new Violation("a login was refused");
      if (action === "write" && arrived !== "live" && !isRecent)
        throw new Violation(
          "a guest with the id of a session that ended long ago, or elsewhere, is locked out",
        );
      if (action.startsWith("renew") && arrived === "live" && (await this.#leadsOn(sentId)))
        throw new Violation("a request was refused because another one renewed the session first");
    }
  }

  /** Returns false if the call was refused by its options. */
  async #logIn(record: SessionRecord<Values>, action: Action, user: string): Promise<boolean> {
    const principal = action === "log in as another" ? "bob" : user;
    const before = record.principal;
    try {
      if (action === "log in with nothing") await record.regenerate({ principal, keep: false });
      else if (action === "log in with a grace")
        await record.regenerate({ principal, grace: GRACE });
      else await record.regenerate({ principal });
    } catch (error) {
      if (action === "log in with a grace" && error instanceof ConfigError) return false;
      throw error;
    }
    if (principal !== "mallory") this.#logins.add(record.storedId);
    if (action === "log in with nothing") this.#fresh.add(record.storedId);
    const isOther = before !== undefined && before !== principal;
    if (isOther && record.values["token"] === TOKEN)
      throw new Violation("the data of one user went along to another");
    return true;
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
    const isRenewal = response.action.startsWith("renew");
    const isBegun = id !== undefined && response.wentAlong === false;
    const present = this.#jar;
    if (
      present !== undefined &&
      present !== response.sentId &&
      this.#logins.has(present) &&
      (await this.#isAlive(present)) &&
      isBegun &&
      !response.isFirst &&
      (isRenewal || (response.action === "regenerate" && response.owned))
    )
      throw new Violation("the browser loses its login to a new session of an older request");
    this.#trace.push(`the jar gets ${name(id)}`);
    this.#jar = id;
    if (this.#random.chance(0.3)) this.#stolen = this.#jar;
  }

  async #checkAttack(
    record: SessionRecord<Values>,
    { sentId, action }: Request,
    { state, tombstone, isUnused, logins, endings }: Arrival,
  ): Promise<void> {
    const told = record.storedId !== "" && record.storedId !== sentId && !record.withholdsCookie;
    const isTheirs =
      record.principal === "ada" || record.principal === "bob" || record.values["token"] === TOKEN;
    if (tombstone && told && isTheirs && !isUnused)
      throw new Violation(`an attacker with an old id got the cookie of the session by ${action}`);
    if (state === "live" || this.#open > 0 || endings !== this.#endings) return;
    for (const login of logins) {
      if (!(await this.#isAlive(login)))
        throw new Violation(`an attacker with an old id ended the login by ${action}`);
    }
  }

  /** Whether requests with this id are led on to a session that is alive. */
  async #leadsOn(id: string): Promise<boolean> {
    const { tombstone } = await this.#backend.get(id, new Deadline(1));
    if (tombstone?.kind !== "renewed" || tombstone.grace === 0) return false;
    const { record } = await this.#backend.get(tombstone.to, new Deadline(1));
    const seen = /\\"seen\\":([\d.]+)/.exec(record?.toString() ?? "")?.[1];
    return seen === "0" || (seen !== undefined && this.#now - Number(seen) < GRACE);
  }

  async #check(): Promise<void> {
    const alive = await this.#alive();
    if (alive.length > 1) throw new Violation("the session is alive under two ids");
    const [values] = alive;
    if (this.#hasEnded && values) throw new Violation("an ended session is alive");
    if (!values) return;
    for (const [key, value] of this.#stored) {
      if (values[key] !== value) throw new Violation(`the write of ${key} was lost`);
    }
  }

  /** The values of the first session, under every id that a browser may know. */
  async #alive(): Promise<Values[]> {
    const all: Values[] = [];
    for await (const id of this.#backend.ids()) {
      const { record } = await this.#backend.get(id, new Deadline(1));
      const values = record && (JSON.parse(record.toString()) as Values);
      if (values && values["token"] === TOKEN) all.push(values);
    }
    return all;
  }

  async #tokenOf(id: string): Promise<unknown> {
    const { record, tombstone } = await this.#backend.get(id, new Deadline(1));
    if (tombstone && tombstone.kind !== "ended") return this.#tokenOf(tombstone.to);
    return record && (JSON.parse(record.toString()) as Values)["token"];
  }

  async #isAlive(id: string): Promise<boolean> {
    return (await this.#backend.get(id, new Deadline(1))).record !== undefined;
  }

  /** The tombstone that decides for a request with this id. */
  async #lastTombstone(id: string): Promise<Tombstone | undefined> {
    const { tombstone } = await this.#backend.get(id, new Deadline(1));
    if (tombstone?.kind !== "renewed" || tombstone.grace === 0) return tombstone;
    return (await this.#backend.get(tombstone.to, new Deadline(1))).tombstone ?? tombstone;
  }
}

function name(id: string | undefined): string {
  return id === undefined || id === "" ? "no id" : id.slice(0, 4);
}
