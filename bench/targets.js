// The targets for our cost relative to the bounds and peers, compared with a run. No test asserts them.
import { median } from "./results.js";
import { nameBefore } from "./running.js";

/**
 * @typedef {object} Target
 * @property {"cpu" | "rate"} figure the figure of each measurement that is compared
 * @property {string} of a subject
 * @property {string} to another subject: the ratio is `of` to `to`
 * @property {string} [over] a third subject, whose figure is subtracted from both: the ratio of what they add
 * @property {string} scenario
 * @property {number} [atMost] the wanted ratio, if there is one
 * @property {number} [atLeast]
 */

/**
 * @typedef {Target & { ratio: number, rounds: number[] }} Comparison
 * `ratio` is the median of the ratios within each round, which are `rounds`.
 */

const OF_HTTP = /** @type {const} */ ({ figure: "cpu", of: "redistore-http" });
const IN_EXPRESS = { of: "redistore-express", to: "express-session-connect-redis" };
const ADDED = /** @type {const} */ ({ figure: "cpu", ...IN_EXPRESS, over: "bare-express" });
const IN_KOA = { of: "redistore-koa", to: "koa-session" };

/**
 * Requests without a session have no target: both bounds do nothing there.
 *
 * @type {readonly Target[]}
 */
const TARGETS = [
  { ...OF_HTTP, to: "bare-ioredis", scenario: "read", atMost: 1.4 },
  { ...OF_HTTP, to: "node-crypto", scenario: "read", atMost: 1 },
  { ...OF_HTTP, to: "node-crypto", scenario: "write", atMost: 1 },
  { ...OF_HTTP, to: "node-crypto", scenario: "new", atMost: 1 },
  { ...ADDED, scenario: "read", atMost: 0.4 },
  { ...ADDED, scenario: "write", atMost: 0.4 },
  { figure: "rate", ...IN_EXPRESS, scenario: "read", atLeast: 1.6 },
  { figure: "rate", ...IN_EXPRESS, scenario: "write", atLeast: 1.6 },
  { figure: "cpu", ...IN_KOA, over: "bare-koa", scenario: "read" },
  { figure: "cpu", ...IN_KOA, over: "bare-koa", scenario: "write" },
  { figure: "rate", ...IN_KOA, scenario: "read", atLeast: 1 },
  { figure: "rate", ...IN_KOA, scenario: "write", atLeast: 1.5 },
];

/**
 * @param {import("./report.js").Report["results"]} results
 * @returns {Comparison[]} for the targets whose subjects were all measured, and of each subject to the same one before
 */
export function compareWithTargets(results) {
  return [...TARGETS, ...targetsBefore(results)].flatMap((target) => {
    const { figure, of, to, over, scenario } = target;
    /** @param {string} name */
    const figures = (name) => results[scenario]?.[name]?.rounds.map((round) => round[figure]);
    const [ours, theirs] = [figures(of), figures(to)];
    const base = over === undefined ? ours?.map(() => 0) : figures(over);
    if (!ours || !theirs || !base) return [];
    const rounds = ours.map((our, round) => {
      const [their = Number.NaN, under = Number.NaN] = [theirs[round], base[round]];
      return (our - under) / (their - under);
    });
    return [{ ...target, ratio: median(rounds), rounds }];
  });
}

/**
 * @param {import("./report.js").Report["results"]} results
 * @returns {Target[]}
 */
function targetsBefore(results) {
  return Object.entries(results).flatMap(([scenario, bySubject]) =>
    Object.keys(bySubject)
      .filter((name) => bySubject[nameBefore(name)])
      .map((of) => ({ figure: "cpu", of, to: nameBefore(of), scenario })),
  );
}

/** @param {Comparison} comparison */
export function formatComparison({ figure, of, to, over, scenario, atMost, atLeast, ratio }) {
  const what = figure === "cpu" ? "CPU" : "requests/s";
  const added = over === undefined ? "" : ` added to ${over}`;
  const line = `${scenario}, ${what}${added}: ${of} has ${ratio.toFixed(2)} times that of ${to}`;
  if (atMost !== undefined)
    return `${line}; target at most ${atMost.toFixed(2)}, ${verdict(ratio <= atMost)}`;
  if (atLeast !== undefined)
    return `${line}; target at least ${atLeast.toFixed(2)}, ${verdict(ratio >= atLeast)}`;
  return line;
}

/** @param {boolean} met */
function verdict(met) {
  return met ? "met" : "missed";
}
