// What @redistore/http is meant to cost, beside what it did. For people: no test looks at it.

/** @type {readonly { scenario: string, bound: string, atMost: number }[]} */
const TARGETS = [
  { scenario: "read", bound: "bare-ioredis", atMost: 1.4 },
  { scenario: "read", bound: "node-crypto", atMost: 1 },
  { scenario: "write", bound: "node-crypto", atMost: 1 },
  { scenario: "new", bound: "node-crypto", atMost: 1 },
];

/**
 * Nothing is asked of requests without a session: there both bounds are one program that does nothing.
 *
 * @param {import("./report.js").Report["results"]} results
 * @returns {string[]} lines
 */
export function compareWithTargets(results) {
  return TARGETS.flatMap(({ scenario, bound, atMost }) => {
    const ratio = results[scenario]?.["redistore-http"]?.ratios[bound];
    if (ratio === undefined) return [];
    const verdict = ratio <= atMost ? "met" : "missed";
    return `target: ${scenario} at most ${atMost.toFixed(2)} times ${bound}: ${ratio.toFixed(2)}, ${verdict}`;
  });
}
