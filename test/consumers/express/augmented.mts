// An application that came from express-session, declares its data there, and asks for the promises of this package.
import "@redistore/express/augment-express-session";
import type { Request } from "express";
import type { SessionData } from "express-session";

declare module "express-session" {
  interface SessionData {
    user: { name: string };
  }
}

export function nameOf(req: Request): string | undefined {
  req.session.user = { name: "ada" };
  // @ts-expect-error -- not a user
  req.session.user = "ada";
  const { user }: Partial<SessionData> = req.session;
  return user?.name;
}
