// Entry @redistore/http/testing: the suite that every adapter has to pass, and tools for tests of adapters.
export { adapterSuite } from "./adapter-suite.ts";
export type {
  ResponseHead,
  RunningServer,
  SuiteAdapter,
  SuiteData,
  SuiteHandler,
  SuiteRequest,
} from "./suite-adapter.ts";
export { Browser, type BrowserRequest, type BrowserResponse } from "./browser.ts";
export { controlStore, type PausedSaves, type StoreControl } from "./store-control.ts";
export { deferred, type Deferred } from "./deferred.ts";
export { listen, type Listener } from "./listen.ts";
