// The type of req.session by its own name. Where express-session's types are installed, req.session has their type instead.
import type { ExpressSession } from "@redistore/express";
import type { Request } from "express";

interface Admin {
  role: "owner" | "editor";
}

export function viewsOf(req: Request): number | undefined {
  const mine: ExpressSession = req.session;
  // @ts-expect-error -- no key of the data
  void mine.regenerate({ keep: ["typo"] });
  return mine.views;
}

export function roleOf(session: ExpressSession<Admin>): Admin["role"] | undefined {
  return session.role;
}
