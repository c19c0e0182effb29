// What tests of an adapter need, and the suite that every adapter has to pass.
export { Browser, type Answer, type Visit } from "./browser.ts";
export { deferred, type Deferred } from "./deferred.ts";
export { gateStore, type GatedStore, type HeldSaves } from "./gated-store.ts";
