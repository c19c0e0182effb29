// Formats the results as tables.
import { scenarios } from "./scenarios.js";
import { formatComparison } from "./targets.js";

/**
 * @typedef {object} Report
 * @property {import("./machine.js").Machine} machine
 * @property {Record<string, string>} versions
 * @property {Record<string, number>} settings
 * @property {Record<string, string>} subjects their titles, by name
 * @property {Record<string, Record<string, import("./results.js").Result>>} results by scenario and subject
 * @property {import("./targets.js").Comparison[]} comparisons for the subjects of the run
 */

/** @param {Report} report */
export function formatReport({ machine, versions, settings, subjects, results, comparisons }) {
  const { node, redis, cpu, cores, system, load } = machine;
  const lines = [
    `Node ${node}, ${redis}, ${system}, ${cpu} (${cores} cores), load average before the run ${load}`,
    list(versions),
    list(settings),
    "",
    ...Object.entries(subjects).map(([name, title]) => `${name}: ${title}`),
  ];
  for (const [scenario, bySubject] of Object.entries(results)) {
    lines.push("", `${scenario}: ${scenarios[scenario]?.about}`, ...table(bySubject));
  }
  return [...lines, "", ...comparisons.map(formatComparison)].join("\n");
}

/** @param {Record<string, import("./results.js").Result>} bySubject */
function table(bySubject) {
  const bounds = Object.keys(Object.values(bySubject)[0]?.ratios ?? {});
  const ratioHeads = bounds.map((bound) => `CPU : ${bound}`);
  const rows = [["", "CPU µs/request", "requests/s", ...ratioHeads, "Redis commands/request"]];
  for (const [name, { cpu, rate, ratios, commands }] of Object.entries(bySubject)) {
    const numbers = bounds.map((bound) => ratios[bound]?.toFixed(2) ?? "");
    rows.push([name, cpu.toFixed(1), rate.toFixed(0), ...numbers, list(commands) || "none"]);
  }
  return align(rows);
}

/** Aligns names to the left and numbers to the right. @param {string[][]} rows */
function align(rows) {
  const last = (rows[0]?.length ?? 0) - 1;
  const width = (/** @type {number} */ column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === last ? cell.padEnd(width(column)) : cell.padStart(width(column)),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** @param {Record<string, string | number>} entries */
function list(entries) {
  return Object.entries(entries)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join(", ");
}

/** @param {string | number} value */
function round(value) {
  return typeof value === "number" ? Number(value.toFixed(2)) : value;
}
