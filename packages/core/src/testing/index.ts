// Test suites for those who implement one of the contracts of this package.
export { backendSuite } from "./backend-suite.ts";
export type { BackendUnderTest } from "./backend-under-test.ts";
export { serializerSuite } from "./serializer-suite.ts";
export type { TestRunner } from "./test-runner.ts";
