// Builds what the examples and the bench run, once for a test run; all other tests run from the sources.
import { buildFor } from "./build-for.mjs";

/** Each project loads this file for itself. */
const BUILT = Symbol.for("redistore.test.built");

export default async function setup(): Promise<void> {
  const once = globalThis as { [BUILT]?: Promise<void> };
  await (once[BUILT] ??= buildFor("@redistore/example-demo", "@redistore/bench"));
}
