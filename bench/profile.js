// The functions with the most self time in a CPU profile.
import { readFile } from "node:fs/promises";

const HOW_MANY = 15;

/**
 * @param {string} path of a .cpuprofile
 * @returns {Promise<string>} lines: share of the time that was not idle, function, place
 */
export async function topOfProfile(path) {
  /** @type {import("node:inspector").Profiler.Profile} */
  const { nodes, samples = [], timeDeltas = [] } = JSON.parse(await readFile(path, "utf8"));
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  /** @type {Map<string, number>} */
  const own = new Map();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? "?";
    own.set(name, (own.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  // "dispatch" is the start of the profiler itself.
  for (const name of ["(idle)", "dispatch"]) own.delete(name);
  const total = [...own.values()].reduce((sum, time) => sum + time, 0);
  return [...own]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, HOW_MANY)
    .map(([name, time]) => `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`)
    .join("\n");
}

/** @param {import("node:inspector").Runtime.CallFrame} frame */
function nameOf({ functionName, url, lineNumber }) {
  if (functionName.startsWith("(") || url === "") return functionName || "(native)";
  const place = url.replace(/^.*\/(?:node_modules|packages)\//, "");
  return `${functionName || "(anonymous)"}  ${place}:${lineNumber + 1}`;
}
