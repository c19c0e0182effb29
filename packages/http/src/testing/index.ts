// What tests of an adapter need, and the suite that every adapter has to pass.
export { adapterSuite } from "./adapter-suite.ts";
export type {
  Head,
  RunningServer,
  Stage,
  StageHandler,
  SuiteAdapter,
  SuiteData,
  TestRunner,
} from "./stage.ts";
export { Browser, type Answer, type Visit } from "./browser.ts";
export { deferred, type Deferred } from "./deferred.ts";
export { listen, type Listener } from "./listen.ts";
export { gateStore, type GatedStore, type HeldSaves } from "./gated-store.ts";
