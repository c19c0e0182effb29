// Measures the cost of a request with a session: each subject in each scenario, alternating.
import { startRedis } from "../test/redis/start-redis.mjs";
import { Child } from "./child.js";
import { describeMachine, versions } from "./machine.js";
import { measure } from "./measure.js";
import { readOptions, USAGE } from "./options.js";
import { topOfProfile } from "./profile.js";
import { formatReport } from "./report.js";
import { summarize } from "./results.js";
import { startSubject, stopSubject } from "./running.js";
import { loadSubject } from "./subject.js";
import { compareWithTargets } from "./targets.js";

/** @typedef {import("./options.js").Options} Options */

/**
 * @param {Options} options
 * @returns {Promise<import("./report.js").Report>}
 */
async function bench(options) {
  const { subjects, rounds, seconds, connections, sessions, before } = options;
  const redis = await startRedis();
  const load = new Child("load.js");
  /** @type {import("./running.js").Running[]} */
  const running = [];
  try {
    const machine = await describeMachine(redis.port);
    for (const name of subjects) {
      const parts = { redisUrl: redis.url, load, sessions };
      running.push(await startSubject(name, parts));
      if (before) running.push(await startSubject(name, { ...parts, before }));
    }
    const titles = await Promise.all(subjects.map(async (name) => (await loadSubject(name)).title));
    const results = await measureAll(
      { load, redisPort: redis.port, connections },
      running,
      options,
    );
    return {
      machine,
      versions: await versions(subjects),
      settings: { rounds, seconds, connections, sessions },
      subjects: Object.fromEntries(subjects.map((name, index) => [name, titles[index] ?? ""])),
      results,
      comparisons: compareWithTargets(results),
    };
  } finally {
    await Promise.all(running.map(stopSubject));
    await load.end();
    await redis.stop();
  }
}

/**
 * @param {Parameters<typeof measure>[0]} place
 * @param {readonly import("./running.js").Running[]} running
 * @param {Options} options
 */
async function measureAll(place, running, { scenarios, rounds, seconds, profile }) {
  /** @type {import("./report.js").Report["results"]} */
  const results = {};
  for (const scenario of scenarios) {
    /** @type {Record<string, import("./measure.js").Measurement[]>} */
    const measured = Object.fromEntries(running.map(({ name }) => [name, []]));
    // Round 0 warms up the code and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const subject of running) {
        showProgress(`${scenario}, round ${round} of ${rounds}, ${subject.name}`);
        const profiled = profile && round === rounds;
        const path = profiled ? `${profile}/${scenario}-${subject.name}.cpuprofile` : undefined;
        const measurement = await measure(place, subject, scenario, seconds, path);
        if (round > 0) measured[subject.name]?.push(measurement);
        if (path) console.error(`${scenario}, ${subject.name}\n${await topOfProfile(path)}`);
      }
    }
    results[scenario] = summarize(measured);
  }
  showProgress("");
  return results;
}

/** Writes to one line, and only to a terminal. @param {string} text */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

// Redis is stopped by an exit handler, which a signal alone would skip.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

try {
  const options = await readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
  } else {
    const report = await bench(options);
    console.log(options.json ? JSON.stringify(report, undefined, 2) : formatReport(report));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
