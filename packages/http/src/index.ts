// The public surface of @redistore/http.
export { getSession } from "./node/get-session.ts";
export { saveSessions } from "./node/save-sessions.ts";
export { withSession, type WithSessionOptions } from "./node/with-session.ts";
export { readSession } from "./node/read-session.ts";
export { withUpgrade, type WithUpgradeOptions } from "./node/with-upgrade.ts";
export type { HttpSessionOptions } from "./adapter/open-session.ts";
export type { TrustProxy } from "./adapter/trust-proxy.ts";
export type { HttpRequest, HttpResponse } from "./response/message.ts";
export type { StoreInput } from "@redistore/core/web";

// For adapters to other frameworks.
export { attach, canSendCookies, commitSessions, joinSession } from "./adapter/attach.ts";
export { type MiddlewareConfig, middlewareConfig } from "./adapter/middleware-config.ts";
export { RequestState, type RequestStateOptions } from "./adapter/request-state.ts";
export { type FacadeMembers, type FacadeRequest, SessionFacade } from "./adapter/session-facade.ts";
export {
  sessionObjects,
  type SessionObjectKind,
  type Values,
  type ValuesOwner,
} from "./adapter/session-object.ts";
export { type Callback, PendingOperations } from "./adapter/pending-operations.ts";
export { report, type ResponseHooks } from "./response/response-hooks.ts";
export type { JoinedSession } from "@redistore/core/web";
