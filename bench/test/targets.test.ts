// The ratios beside the targets are computed from the measurements.
import { describe, expect, it } from "vitest";
import { summarize } from "../results.js";
import { nameBefore } from "../running.js";
import { compareWithTargets, formatComparison } from "../targets.js";

const measured = (...cpus: number[]) =>
  cpus.map((cpu) => ({ cpu, rate: 10_000 / cpu, commands: {} }));

const bare = { "bare-express": measured(10, 20, 10) };
const peer = { "express-session-connect-redis": measured(60, 120, 60) };
const ours = { "redistore-express": measured(20, 40, 40) };

describe("a comparison", () => {
  const comparisons = compareWithTargets({ read: summarize({ ...bare, ...peer, ...ours }) });

  it("divides what two subjects add to a third, within each round", () => {
    const added = comparisons.find(({ over }) => over === "bare-express");
    expect(added).toMatchObject({ ratio: 0.2, rounds: [0.2, 0.2, 0.6] });
    expect(added && formatComparison(added)).toBe(
      "read, CPU added to bare-express: redistore-express has 0.20 times that of express-session-connect-redis; target at most 0.40, met",
    );
  });

  it("divides requests per second, where more is better", () => {
    const rate = comparisons.find(({ figure }) => figure === "rate");
    expect(rate?.ratio).toBeCloseTo(3);
    expect(rate && formatComparison({ ...rate, ratio: 1.59 })).toBe(
      "read, requests/s: redistore-express has 1.59 times that of express-session-connect-redis; target at least 1.60, missed",
    );
  });

  it("divides a subject by the same one in an earlier checkout", () => {
    const before = { [nameBefore("redistore-express")]: measured(40, 50, 40) };
    const results = { write: summarize({ ...ours, ...before, ...bare }) };
    const [comparison, ...others] = compareWithTargets(results);
    expect(comparison).toMatchObject({ scenario: "write", ratio: 0.8, rounds: [0.5, 0.8, 1] });
    expect(others).toEqual([]);
  });

  it("is left out unless all its subjects were measured", () => {
    expect(comparisons).toHaveLength(2);
    const results = { read: summarize({ ...peer, ...ours }) };
    expect(compareWithTargets(results).map(({ figure }) => figure)).toEqual(["rate"]);
    expect(compareWithTargets({ read: summarize({ ...bare, ...ours }) })).toEqual([]);
  });
});
