// Test suites for those who implement one of the contracts of this package.
export { backendSuite } from "./backend-suite.ts";
export type { BackendUnderTest } from "./backend-under-test.ts";
export { serializerSuite } from "./serializer-suite.ts";
export type { TestRunner } from "./test-runner.ts";
export type { Backend, Entry, Health, WriteResult } from "../backends/backend.ts";
export type { Deadline } from "../backends/deadline.ts";
export type { Mark } from "../backends/tombstone.ts";
