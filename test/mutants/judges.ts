// The models that have to find a missing rule, run on a copy of core.
import type { SeededRandom } from "../seeded-random.ts";
import type { Copy } from "./mutated-copy.ts";
import type { Judge } from "./mutant.ts";

type Worlds = typeof import("../../packages/core/test/session/records/random-world.ts");
type Interleavings =
  typeof import("../../packages/core/test/session/records/random-interleavings.ts");
type Users = typeof import("../../packages/core/test/session/records/random-users.ts");
type Contract = typeof import("../../packages/core/test/backends/redis/redis-contract.ts");

const RECORDS = "packages/core/test/session/records";
const REDIS = "packages/core/test/backends/redis";

/** The probability of a lost reply, a late step or a crash at each step. */
const FAULTS = 0.08;

/** The rarest mutant of the index takes about 2000 runs to be found. */
const RUNS_OF_USERS = 40_000;

/** How the model of users runs, the way that finds the rarest mutants first. */
const WAYS = [
  [0, true],
  [0, false],
  [FAULTS, false],
] as const;

/**
 * Runs the model; `runs` limits the random ones. Resolves with the rule that was found broken; undefined if there is none.
 *
 * @throws if the copy itself is broken: then nothing is known of the rule
 */
export async function judge(
  by: Judge,
  copy: Copy,
  random: SeededRandom,
  runs: number,
): Promise<string | undefined> {
  const run = await model(by, copy, random, runs);
  try {
    await run();
    return undefined;
  } catch (error) {
    let cause = error;
    while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
    if (cause instanceof TypeError || cause instanceof ReferenceError) throw cause;
    return String(cause);
  }
}

async function model(
  by: Judge,
  copy: Copy,
  random: SeededRandom,
  runs: number,
): Promise<() => Promise<void>> {
  if (by === "contract") {
    const { checkContract } = (await copy.load(`${REDIS}/redis-contract.ts`)) as Contract;
    return checkContract;
  }
  if (by === "browsers") {
    const { runWorlds } = (await copy.load(`${RECORDS}/random-world.ts`)) as Worlds;
    return () => runWorlds(random, runs);
  }
  if (by === "users") {
    const { runUsersInMemory } = (await copy.load(`${RECORDS}/random-users.ts`)) as Users;
    return async () => {
      for (const [faults, byKey] of WAYS)
        await runUsersInMemory(random, { runs: Math.min(runs, RUNS_OF_USERS), faults, byKey });
    };
  }
  const { runInterleavingsInMemory } = (await copy.load(
    `${RECORDS}/random-interleavings.ts`,
  )) as Interleavings;
  return () => runInterleavingsInMemory(random, runs, FAULTS);
}
