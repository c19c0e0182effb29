// Drives the demo over HTTP as browsers would, and says what it saw.
import { Visitor } from "./visitor.js";
import { steps } from "./check-steps.js";

/**
 * @param {readonly import("./places.js").Place[]} places
 * @returns {Promise<boolean>} whether everything was as it should be
 */
export async function check(places) {
  const visitor = new Visitor(places);
  let failures = 0;
  for (const [promise, step] of Object.entries(steps)) {
    try {
      console.log(`ok      ${promise}: ${await step(visitor)}`);
    } catch (error) {
      failures++;
      const { message } = /** @type {Error} */ (error);
      console.log(`FAILED  ${promise}: ${message.replaceAll(/\s+/g, " ")}`);
    }
  }
  const total = Object.keys(steps).length;
  console.log(`${total - failures} of ${total} checks passed`);
  return failures === 0;
}
