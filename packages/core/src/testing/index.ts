// The contracts of this package as test suites, for the authors of backends and serializers.
export { backendSuite } from "./backend-suite.ts";
export type { BackendUnderTest } from "./backend-under-test.ts";
export { serializerSuite } from "./serializer-suite.ts";
export type { TestRunner } from "./test-runner.ts";
export type {
  Backend,
  Deletion,
  Entry,
  Health,
  InspectedEntry,
  WriteResult,
} from "../backends/backend.ts";
export type { Activity } from "../backends/activity.ts";
export type { Deadline } from "../backends/deadline.ts";
export type {
  Admission,
  Admitted,
  Bar,
  Member,
  PrincipalIndex,
} from "../backends/principal-index.ts";
export type { Ending, RedirectTombstone, Successor, Tombstone } from "../backends/tombstone.ts";
