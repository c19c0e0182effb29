// The public surface of @redistore/http.
export { getSession } from "./node/get-session.ts";
export { saveSessions } from "./node/save-sessions.ts";
export { withSession, type WithSessionOptions } from "./node/with-session.ts";
export { readSession } from "./node/read-session.ts";
export type { SessionOptions, StoreOrPromise } from "./session-options.ts";
export type { TrustProxy } from "./adapter/trust-proxy.ts";
export type { HttpRequest, HttpResponse } from "./response/message.ts";

// For adapters to other frameworks.
export { attach } from "./adapter/attach.ts";
export { joinSession, type JoinedSession } from "./adapter/join-session.ts";
export { commitSessions } from "./adapter/commit-sessions.ts";
export { cookieValues } from "./cookie-header.ts";
export { checkStore } from "./node/get-session.ts";
export { report, type ResponseHooks } from "./response/response-hooks.ts";
export {
  sessionObjects,
  type SessionHost,
  type SessionObjectKind,
} from "./adapter/session-object.ts";
