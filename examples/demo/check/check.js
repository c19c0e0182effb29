// Runs the steps of `--check` over HTTP, as browsers would, and prints the result of each.
import { Visitor } from "./visitor.js";
import { steps as basicSteps } from "./check-steps.js";
import { clockSteps } from "./clock-steps.js";
import { deviceSteps } from "./device-steps.js";

const steps = { ...basicSteps, ...deviceSteps, ...clockSteps };

/**
 * @param {readonly import("../places.js").Place[]} places
 * @returns {Promise<boolean>} true if every step passed
 */
export async function check(places) {
  const visitor = new Visitor(places);
  let failures = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      console.log(`ok      ${name}: ${await step(visitor)}`);
    } catch (error) {
      failures++;
      const { message } = /** @type {Error} */ (error);
      console.log(`FAILED  ${name}: ${message.replaceAll(/\s+/g, " ")}`);
    }
  }
  const total = Object.keys(steps).length;
  console.log(`${total - failures} of ${total} checks passed`);
  return failures === 0;
}
