// One measurement: one subject, one scenario, for some seconds.
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "../test/redis/ask.mjs";

/**
 * @typedef {object} Measurement
 * @property {number} cpu CPU time of the server per request, in microseconds
 * @property {number} rate requests per second
 * @property {Record<string, number>} commands Redis commands per request, by name, including those that scripts run
 */

/** Warm-up before each measurement, as a part of its seconds: connections open and caches fill. */
const RAMP = 0.2;

/**
 * @param {object} bench
 * @param {import("./child.js").Child} bench.load
 * @param {number} bench.redisPort
 * @param {number} bench.connections
 * @param {import("./running.js").Running} subject
 * @param {string} scenario
 * @param {number} seconds
 * @param {string} [profile] where to write a CPU profile of the window
 * @returns {Promise<Measurement>}
 */
export async function measure(bench, subject, scenario, seconds, profile) {
  const { load, redisPort, connections } = bench;
  const { server, port, cookies, sessionless } = subject;
  await ask(redisPort, "CONFIG", "RESETSTAT");
  await load.call("start", { port, scenario, cookies, sessionless, connections });
  await delay(seconds * RAMP * 1000);
  if (profile) await server.call("startProfile");
  const before = await server.call("snapshot");
  await delay(seconds * 1000);
  const after = await server.call("snapshot");
  if (profile) await server.call("stopProfile", { path: profile });
  const responses = await load.call("stop");
  const requests = after.requests - before.requests;
  return {
    cpu: (after.cpu - before.cpu) / requests,
    rate: (requests / (after.time - before.time)) * 1e6,
    commands: commandsPerRequest(await ask(redisPort, "INFO", "commandstats"), responses),
  };
}

/** Commands that the bench itself sends. */
const OURS = new Set(["config|resetstat", "config", "info", "quit"]);

/**
 * @param {string} info
 * @param {number} requests
 */
function commandsPerRequest(info, requests) {
  const calls = [...info.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
    .map(([, name = "", count]) => /** @type {const} */ ([name, Number(count)]))
    .filter(([name]) => !OURS.has(name))
    .toSorted(([one], [other]) => one.localeCompare(other));
  return Object.fromEntries(calls.map(([name, count]) => [name, count / requests]));
}
