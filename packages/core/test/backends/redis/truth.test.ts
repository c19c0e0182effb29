// A random run of writes over connections that are cut, blocked, slowed and frozen: Redis has to contain what each write reported.
import { setTimeout as delay } from "node:timers/promises";
import { Redis as Redis5 } from "ioredis5";
import { Redis as Redis6 } from "ioredis";
import { createClient } from "redis6";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisProxy, startProxy } from "../../../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../../../test/redis/server.ts";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";
import { withClient, withURL } from "../../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../../src/options/option.ts";

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env.ROUNDS ?? 25);

const limit = () => new Deadline(0.2);

type Outcome<Value> = { readonly value: Value } | { readonly outcome: "none" | "unknown" };

async function outcomeOf<Value>(operation: Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await operation };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return { outcome: error.outcome };
    throw error;
  }
}

/** Numbers that a seed decides (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

let server: RedisServer;
let proxy: RedisProxy;
beforeEach(async () => {
  server = await startRedis();
  proxy = await startProxy(server);
});
afterEach(async () => {
  await proxy.close();
  await server.stop();
});

/** Disturbs the connections, and returns a function that repairs them. */
function trouble(random: (below: number) => number, own: boolean): () => void {
  const troubles = [
    () => proxy.cut(),
    // A client of the application stays on a dead connection until its socket finds out.
    () => (own ? proxy.abandon() : proxy.cut()),
    () => proxy.blockReplies(),
    () => proxy.delayReplies(random(150)),
    () => void loseReplies(),
    () => server.pause(),
    () => undefined,
    () => undefined,
  ];
  troubles[random(troubles.length)]?.();
  return () => {
    proxy.unblockReplies();
    proxy.delayReplies(0);
    server.resume();
  };
}

/** Breaks the connections when a command was carried out and before its reply arrives; what is sent again then gets through. */
async function loseReplies(): Promise<void> {
  proxy.blockReplies();
  await proxy.nextBlockedReply();
  proxy.cut();
  proxy.unblockReplies();
}

/** What may be stored under an id, by what its writes reported. Every write has bytes of its own, so a late one cannot pass for another. */
class Ledger {
  readonly #possible = new Map<string, Set<string>>();

  write(id: string, bytes: string, outcome: Outcome<unknown>): void {
    const possible = this.of(id);
    if ("value" in outcome) possible.clear();
    if ("value" in outcome || outcome.outcome === "unknown") possible.add(bytes);
  }

  of(id: string): Set<string> {
    const possible = this.#possible.get(id) ?? new Set(["nothing"]);
    this.#possible.set(id, possible);
    return possible;
  }

  ids(): IterableIterator<string> {
    return this.#possible.keys();
  }
}

async function run(
  backend: Backend,
  random: (below: number) => number,
  own: boolean,
): Promise<Ledger> {
  const ledger = new Ledger();
  await backend.create("shared", Buffer.from("0"), 1000, new Deadline(5));
  ledger.write("shared", "0", { value: true });
  for (let round = 1; round <= ROUNDS; round++) {
    const undo = trouble(random, own);
    const creations = Array.from({ length: 1 + random(4) }, async (_, index) => {
      const id = `${round}.${index}`;
      const outcome = await outcomeOf(backend.create(id, Buffer.from(id), 1000, limit()));
      // No other write creates this id, so a refusal could only follow from its own success.
      expect("value" in outcome ? outcome.value : true).toBe(true);
      ledger.write(id, id, outcome);
    });
    await Promise.all([...creations, replaceShared(backend, ledger, round)]);
    undo();
    // Mostly the next trouble meets a store that is well, sometimes one that still suffers from the last.
    if (random(4) > 0) await healthy(backend);
  }
  return ledger;
}

async function healthy(backend: Backend): Promise<void> {
  const end = new Deadline(20);
  while (!(await backend.health(new Deadline(1))).ok) {
    if (end.remaining() === 0) throw new Error("It never got well again.");
    await delay(5);
  }
}

async function replaceShared(backend: Backend, ledger: Ledger, round: number): Promise<void> {
  const read = await outcomeOf(backend.get("shared", limit()));
  if (!("value" in read)) return;
  const present = String(read.value.record);
  expect([...ledger.of("shared")]).toContain(present);
  const next = Buffer.from(String(round));
  const outcome = await outcomeOf(
    backend.replace("shared", Buffer.from(present), next, 1000, limit()),
  );
  // A write that timed out in an earlier round may be done only now; then this one finds another record.
  if ("value" in outcome && outcome.value.outcome !== "done")
    expect(outcome.value.outcome).toBe("changed");
  else ledger.write("shared", String(round), outcome);
}

const OWN = "connections of the store's own";
const CLIENTS: Record<string, () => Promise<{ option: StoreOption; end: () => unknown }>> = {
  [OWN]: async () => ({
    option: withURL(proxy.url),
    end: () => undefined,
  }),
  "ioredis 5, which sends again": async () => {
    const client = new Redis5(proxy.url);
    return { option: withClient(client), end: () => client.disconnect() };
  },
  "ioredis 6, which sends again": async () => {
    const client = new Redis6(proxy.url);
    return { option: withClient(client), end: () => client.disconnect() };
  },
  "node-redis 6": async () => {
    const client = createClient({ url: proxy.url });
    client.on("error", () => undefined);
    await client.connect();
    return { option: withClient(client), end: () => client.destroy() };
  },
};

describe(`reports of writes are true (SEED=${SEED})`, () => {
  for (const [name, open] of Object.entries(CLIENTS)) {
    it(`over ${name}`, async () => {
      const { option, end } = await open();
      const backend = await openBackend(collect([option]), { keyPrefix: "s_", now: () => 0 });
      const inspector = new Redis6(server.url);
      try {
        const ledger = await run(backend, randomFrom(SEED), name === OWN);
        for (const id of ledger.ids()) {
          const present = (await inspector.get(`s_${id}`)) ?? "nothing";
          expect([...ledger.of(id)]).toContain(present);
        }
      } finally {
        await backend.close();
        inspector.disconnect();
        end();
      }
    });
  }
});
