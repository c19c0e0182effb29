// Reduces the measurements to medians, and to ratios to the bounds.
import { BOUNDS } from "./subject.js";

/**
 * @typedef {object} Result
 * @property {number} cpu median, microseconds of server CPU for one request
 * @property {number} rate median, requests per second
 * @property {Record<string, number>} commands of Redis for one request
 * @property {Record<string, number>} ratios of `cpu` to each bound: the median of the ratios within each round
 * @property {import("./measure.js").Measurement[]} rounds
 */

/**
 * @param {Record<string, import("./measure.js").Measurement[]>} measured by subject, in the order of the rounds
 * @returns {Record<string, Result>}
 */
export function summarize(measured) {
  return Object.fromEntries(
    Object.entries(measured).map(([name, rounds]) => [
      name,
      {
        cpu: median(rounds.map(({ cpu }) => cpu)),
        rate: median(rounds.map(({ rate }) => rate)),
        commands: rounds.at(-1)?.commands ?? {},
        ratios: ratios(rounds, measured),
        rounds,
      },
    ]),
  );
}

/**
 * Ratios are taken within a round, because the state of the machine can change between rounds.
 *
 * @param {import("./measure.js").Measurement[]} rounds
 * @param {Record<string, import("./measure.js").Measurement[]>} measured
 */
function ratios(rounds, measured) {
  const bounds = BOUNDS.filter((bound) => measured[bound]);
  return Object.fromEntries(
    bounds.map((bound) => [
      bound,
      median(rounds.map(({ cpu }, round) => cpu / (measured[bound]?.[round]?.cpu ?? Number.NaN))),
    ]),
  );
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
