// What the app keeps in a session.
export type { SessionData } from "express-session";

declare module "express-session" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}
