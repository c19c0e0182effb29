// The public surface of @redistore/express/express-session.
export { ExpressSessionStore, type SessionsSource } from "./express-session-store.ts";
