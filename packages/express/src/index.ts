// The public surface of @redistore/express.
export { session, type ExpressSessionOptions, type SessionMiddleware } from "./middleware.ts";
export { getSession } from "./get-session.ts";
export type { ExpressSession, SessionMembers, SessionRequest } from "./session-types.ts";
