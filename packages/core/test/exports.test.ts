// The public surface: adding to it is a decision, and removing from it breaks applications.
import { expect, it } from "vitest";
import * as core from "../src/index.ts";
import * as testing from "../src/testing/index.ts";
import * as web from "../src/web/index.ts";

it("exports these values from @redistore/core", () => {
  expect(Object.keys(core).toSorted()).toMatchInlineSnapshot(`
    [
      "ConfigError",
      "ConflictError",
      "HeadersSentError",
      "RedistoreError",
      "SerializationError",
      "SessionGoneError",
      "SessionLimitError",
      "SessionTooLargeError",
      "StoreUnavailableError",
      "UnserializableValue",
      "createCodec",
      "createRecords",
      "createStore",
      "generateKeys",
      "hardened",
      "isRedistoreError",
      "jsonSerializer",
      "keysFromBytes",
      "keysFromEnv",
      "keysFromStrings",
      "onEvent",
      "structuredSerializer",
      "withAbsoluteTimeout",
      "withAddress",
      "withAnonymousMaxAge",
      "withAudience",
      "withAuth",
      "withBackend",
      "withClearSiteData",
      "withClient",
      "withClock",
      "withCluster",
      "withConcurrency",
      "withConnectTimeout",
      "withCookieName",
      "withDB",
      "withDBNum",
      "withDefaultMaxAge",
      "withEncryptedValues",
      "withIdleTimeout",
      "withKeyPrefix",
      "withMaxAge",
      "withMaxLength",
      "withMaxReadLength",
      "withMaxSessionsPerPrincipal",
      "withMemory",
      "withOperationTimeout",
      "withPassword",
      "withPath",
      "withPoolIdleTimeout",
      "withPoolSize",
      "withPrincipal",
      "withRenewal",
      "withRolling",
      "withSentinel",
      "withSerializer",
      "withSessionOptions",
      "withTLS",
      "withURL",
    ]
  `);
});

it("exports these values from @redistore/core/web", () => {
  expect(Object.keys(web).toSorted()).toMatchInlineSnapshot(`
    [
      "RequestSessions",
      "Source",
      "checkOptionNames",
      "checkedTtl",
      "cookieValues",
      "declareLayout",
      "declareStoreLayout",
      "failureResponse",
      "leaveBehind",
      "mergeSetCookies",
      "openStore",
      "recordsSource",
      "resolveSessionOptions",
      "storeSource",
      "warnOfError",
      "warnOnce",
    ]
  `);
});

it("exports these values from @redistore/core/testing", () => {
  expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
    [
      "backendSuite",
      "serializerSuite",
    ]
  `);
});
