// The public surface of @redistore/http.
export { getSession } from "./get-session.ts";
export { saveSessions } from "./save-sessions.ts";
export { withSession, type WithSessionOptions } from "./with-session.ts";
export { readSession } from "./read-session.ts";
export type { SessionOptions, StoreOrPromise } from "./session-options.ts";
export type { TrustProxy } from "./tls.ts";
export type { HttpRequest, HttpResponse } from "./message.ts";

// For adapters to other frameworks.
export { attach } from "./attach.ts";
export { joinSession, type JoinedSession } from "./join-session.ts";
export { commitSessions } from "./commit-sessions.ts";
export { cookieValues } from "./cookie-header.ts";
export { checkStore } from "./get-session.ts";
export { report, type ResponseHooks } from "./response-hooks.ts";
export { sessionObjects, type SessionHost, type SessionObjectKind } from "./session-object.ts";
