// What the app keeps in a session.
import "express-session";

declare module "express-session" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}
