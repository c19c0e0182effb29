// The behaviour that all adapters share, as one test suite.
import { answersSuite } from "./answers-suite.ts";
import { concurrencySuite } from "./concurrency-suite.ts";
import { lifeSuite } from "./life-suite.ts";
import { rejectedCookiesSuite } from "./rejected-cookies-suite.ts";
import type { SuiteAdapter, TestRunner } from "./stage.ts";
import { storedFirstSuite } from "./stored-first-suite.ts";

/**
 * Defines the tests that an adapter has to pass:
 *
 * ```ts
 * import { describe, it } from "vitest";
 * adapterSuite({ describe, it }, { start: (store, handlers) => ... });
 * ```
 *
 * It needs no Redis: stores are in memory where the adapter opens none, and gates force the orders of events that matter.
 */
export function adapterSuite(runner: TestRunner, adapter: SuiteAdapter): void {
  lifeSuite(runner, adapter);
  rejectedCookiesSuite(runner, adapter);
  concurrencySuite(runner, adapter);
  storedFirstSuite(runner, adapter);
  answersSuite(runner, adapter);
}
