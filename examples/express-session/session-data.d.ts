// The type of the app's session data.
export type { SessionData } from "express-session";

declare module "express-session" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}
