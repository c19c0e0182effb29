// The public surface of @redistore/express/express-session.
export { ExpressSessionStore, type SessionsSource } from "../drop-in/express-session-store.ts";
