// Builds the packages for the examples and the bench, once in a test run. All other tests run from the sources.
import { buildFor } from "./build-for.mjs";

/** Each vitest project loads this file separately, so the promise is kept on globalThis. */
const BUILT = Symbol.for("redistore.test.built");

export default async function setup(): Promise<void> {
  const once = globalThis as { [BUILT]?: Promise<void> };
  await (once[BUILT] ??= buildFor("@redistore/example-demo", "@redistore/bench"));
}
