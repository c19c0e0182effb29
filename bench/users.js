// Shows what it costs to list and to end the sessions of one user: Redis commands, and time in proportion to those of a small store.
import { startRedis } from "../test/redis/start-redis.mjs";
import { createRecords, withURL } from "@redistore/core";
import { ask } from "../test/redis/ask.mjs";

const SESSIONS_OF_EACH = 100;
const AT_ONCE = 200;

/**
 * Stores the sessions of `users`, and measures with those of one.
 *
 * @param {number} users
 * @returns {Promise<Record<string, { commands: Record<string, number>, milliseconds: number, sessions: number }>>}
 */
async function measure(users) {
  const redis = await startRedis();
  const records = await createRecords(withURL(redis.url));
  try {
    const logins = Array.from({ length: users * SESSIONS_OF_EACH }, (_, at) => `user${at % users}`);
    while (logins.length > 0) {
      const batch = logins.splice(0, AT_ONCE);
      await Promise.all(batch.map((principal) => records.create().regenerate({ principal })));
    }
    const one = records.principal("user0");
    const acts = { list: () => one.sessions(), end: () => one.destroyAll() };
    /** @type {Awaited<ReturnType<typeof measure>>} */
    const measured = {};
    for (const [name, act] of Object.entries(acts)) {
      await ask(redis.port, "CONFIG", "RESETSTAT");
      const began = performance.now();
      const result = await act();
      const milliseconds = performance.now() - began;
      measured[name] = {
        commands: await commands(redis.port),
        milliseconds,
        sessions: typeof result === "number" ? result : result.length,
      };
    }
    return measured;
  } finally {
    await records.close();
    await redis.stop();
  }
}

/** @param {number} port @returns {Promise<Record<string, number>>} */
async function commands(port) {
  const stats = await ask(port, "INFO", "commandstats");
  const calls = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
  const own = /^(config|info|client|hello|select|auth|ping)/;
  return Object.fromEntries(
    calls.flatMap(([, name = "", count]) => (own.test(name) ? [] : [[name, Number(count)]])),
  );
}

const users = Number(process.argv[2] ?? 1000);
console.log(`Node ${process.version}`);
const [small, large] = [await measure(1), await measure(users)];
for (const name of Object.keys(large)) {
  const [one, all] = [small[name], large[name]];
  if (!one || !all) continue;
  console.log(
    `${name}: ${all.sessions} sessions of one user, of ${users * SESSIONS_OF_EACH} in the store, with ${JSON.stringify(all.commands)}`,
  );
  console.log(
    `  of ${SESSIONS_OF_EACH} in the store: ${JSON.stringify(one.commands)}; time ${(all.milliseconds / one.milliseconds).toFixed(2)} : 1`,
  );
}
