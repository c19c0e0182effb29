// The public surface of @redistore/express/express-session.
export { ExpressSessionStore } from "../drop-in/express-session-store.ts";
