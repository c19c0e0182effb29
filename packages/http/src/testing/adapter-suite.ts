// The behavior that all adapters share, as one test suite.
import type { TestRunner } from "@redistore/core/testing";
import { concurrencySuite } from "./concurrency-suite.ts";
import { lifecycleSuite } from "./lifecycle-suite.ts";
import { mountSuite } from "./mount-suite.ts";
import { rejectedCookiesSuite } from "./rejected-cookies-suite.ts";
import { responsesSuite } from "./responses-suite.ts";
import { storedBeforeSentSuite } from "./stored-before-sent-suite.ts";
import type { SuiteAdapter } from "./suite-adapter.ts";

/**
 * Defines the tests that an adapter has to pass. It needs no Redis: its stores are in memory, unless the adapter's `open` opens others.
 *
 * ```ts
 * import { createServer } from "node:http";
 * import { getSession, withSession } from "@redistore/http";
 * import { adapterSuite, listen, type SuiteData } from "@redistore/http/testing";
 * import { describe, it } from "node:test";
 *
 * adapterSuite({ describe, it }, {
 *   start(store, handlers, options) {
 *     const server = createServer(
 *       withSession<SuiteData>(store, (req, res, session) =>
 *         handlers[req.url ?? "/"]?.({
 *           req,
 *           get data() {
 *             return session.values;
 *           },
 *           session: async () => session,
 *           named: (name) => getSession(store, req, res, name),
 *           regenerate: () => session.regenerate(),
 *           destroy: () => session.destroy(),
 *           respond: (body, { status = 200, headers = {} } = {}) => {
 *             res.writeHead(status, headers);
 *             if (typeof body === "object") body.pipe(res);
 *             else res.end(body);
 *           },
 *           redirect: (location) => res.writeHead(302, { location }).end(),
 *           nodeResponse: () => res,
 *         }),
 *         options,
 *       ),
 *     );
 *     return listen(server);
 *   },
 * });
 * ```
 */
export function adapterSuite(runner: TestRunner, adapter: SuiteAdapter): void {
  lifecycleSuite(runner, adapter);
  rejectedCookiesSuite(runner, adapter);
  concurrencySuite(runner, adapter);
  storedBeforeSentSuite(runner, adapter);
  responsesSuite(runner, adapter);
  mountSuite(runner, adapter);
}
