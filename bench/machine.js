// The machine and the versions of a run; figures mean nothing without them.
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, type } from "node:os";
import { ask } from "../test/redis/ask.mjs";
import { loadSubject } from "./subject.js";

/**
 * @typedef {object} Machine
 * @property {string} node
 * @property {string} redis
 * @property {string} cpu
 * @property {number} cores
 * @property {string} system
 * @property {number} load load average of the minute before the run; well above 0, other work disturbed it
 */

/**
 * @param {number} redisPort
 * @returns {Promise<Machine>}
 */
export async function describeMachine(redisPort) {
  const info = await ask(redisPort, "INFO", "server");
  const [, name, version] = /^(redis|valkey)_version:(\S+)/m.exec(info) ?? [];
  return {
    node: process.version,
    redis: `${name} ${version}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    system: `${type()} ${release()}`,
    load: Number(loadavg()[0]?.toFixed(2)),
  };
}

/**
 * The versions of the packages that the subjects use.
 *
 * @param {readonly string[]} subjects
 * @returns {Promise<Record<string, string>>}
 */
export async function versions(subjects) {
  const loaded = await Promise.all(subjects.map(loadSubject));
  const names = [...new Set(loaded.flatMap(({ packages }) => packages))].toSorted();
  const entries = names.map(async (name) => {
    // By path, because not every package exports its manifest.
    const manifest = new URL(`./node_modules/${name}/package.json`, import.meta.url);
    return [name, JSON.parse(await readFile(manifest, "utf8")).version];
  });
  return Object.fromEntries(await Promise.all(entries));
}
