// The type of the app's session data.
export type { SessionData } from "@redistore/core";

declare module "@redistore/core" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}
