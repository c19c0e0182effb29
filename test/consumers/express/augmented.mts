// An application that came from express-session, and says there what its data are.
import type { ExpressSession } from "@redistore/express";
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
  const own: ExpressSession = req.session;
  const { user }: Partial<SessionData> = own;
  return user?.name;
}
