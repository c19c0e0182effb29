// The public surface of @redistore/koa.
export { session, type KoaSessionOptions, type SessionMiddleware } from "./middleware.ts";
export { getSession } from "./get-session.ts";
export type { ContextSession, SessionContext, SessionMembers } from "./session-types.ts";
