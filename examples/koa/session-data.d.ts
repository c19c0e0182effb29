// What the app keeps in a session.
export type { SessionData } from "@redistore/core";

declare module "@redistore/core" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}
