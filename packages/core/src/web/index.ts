// The public surface of @redistore/core/web: what adapters are made of, with no framework and no node:http.
export { RequestSessions, type DueSlots, type WebRequest } from "./request-sessions.ts";
export type { Slot } from "./slot.ts";
export type { JoinedSession } from "./joined-session.ts";
export { resolveSessionOptions, type SessionOptions } from "./session-options.ts";
export {
  openStore,
  recordsSource,
  type RecordsInput,
  Source,
  storeSource,
  type SourceOf,
  type StoreInput,
} from "./store-source.ts";
export { failureResponse, type FailureResponse } from "./save-failure.ts";
export { cookieValues } from "../cookies/cookie-header.ts";
export { mergeSetCookies } from "../cookies/set-cookie.ts";
export type { CookieCarrier } from "../cookies/cookie-carrier.ts";
export { declareLayout } from "../one-per-process.ts";
export { declareStoreLayout } from "../session/redi-store.ts";
export { checkOptionNames } from "../option-names.ts";
export { warnOfError, warnOnce } from "../process-warning.ts";
export { checkedTtl, type HostStoreOptions } from "./host-lifetime.ts";
export { leaveBehind } from "./left-behind.ts";
