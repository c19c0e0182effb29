// Runs the steps of `--check` over HTTP, as browsers would, and prints the result of each.
import { Visitor } from "./visitor.js";
import { steps as basicSteps } from "./check-steps.js";
import { atRestSteps } from "./at-rest-steps.js";
import { clockSteps } from "./clock-steps.js";
import { comparisonSteps } from "./comparison-steps.js";
import { deviceSteps } from "./device-steps.js";
import { outageSteps } from "./outage-steps.js";
import { Skipped } from "./skipped.js";

const steps = {
  ...basicSteps,
  ...deviceSteps,
  ...comparisonSteps,
  ...atRestSteps,
  ...outageSteps,
  ...clockSteps,
};

/**
 * @param {readonly import("../places.js").Place[]} places
 * @returns {Promise<boolean>} true if every step passed, or needs another kind of store
 */
export async function check(places) {
  const visitor = new Visitor(places);
  let [failures, skipped] = [0, 0];
  for (const [name, step] of Object.entries(steps)) {
    try {
      console.log(`ok      ${name}: ${await step(visitor)}`);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (error instanceof Skipped) {
        skipped++;
        console.log(`skipped ${name}: ${message}`);
        continue;
      }
      failures++;
      console.log(`FAILED  ${name}: ${message.replaceAll(/\s+/g, " ")}`);
    }
  }
  const total = Object.keys(steps).length;
  const rest = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`${total - failures - skipped} of ${total} checks passed${rest}`);
  return failures === 0;
}
