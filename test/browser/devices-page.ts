// The page on which users see where they are logged in, and end their other sessions.
import type { RediStore } from "@redistore/core";
import { getSession } from "@redistore/express";
import { Router, type Request } from "express";

/** `/devices` lists the user's sessions, each with a button that ends it, and has one that ends all but the browser's own. */
export function devicesPage(store: RediStore<object>): Router {
  return Router()
    .get("/devices", async (req, res) => {
      const { principal, publicId } = getSession(req);
      if (principal === undefined) {
        res.redirect(303, "/login");
        return;
      }
      const sessions = await store.principal(principal).sessions();
      const rows = sessions.map((each) =>
        row(each.label, each.publicId, each.publicId === publicId),
      );
      res.send(
        `<!doctype html><link rel=icon href=data:,><h1>Devices</h1><ul>${rows.join("")}</ul><form method=post action="/devices/others"><button>Log out everywhere else</button></form>`,
      );
    })
    .post("/devices/one", async (req, res) => {
      const { principal = "" } = getSession(req);
      const { publicId = "" } = req.body as { publicId?: string };
      await store.principal(principal).destroy(publicId);
      res.redirect(303, "/devices");
    })
    .post("/devices/others", async (req, res) => {
      const { principal = "", publicId } = getSession(req);
      await store.principal(principal).destroyAll({ except: publicId });
      res.redirect(303, "/devices");
    });
}

/** The words for the browser of a request, such as "Firefox on Linux". */
export function labelOf(req: Request): string {
  const agent = req.get("user-agent") ?? "";
  const browser = /Firefox|Chrome|Safari/.exec(agent)?.[0] ?? "A browser";
  const system = /Windows|Android|iPhone|Mac OS|Linux/.exec(agent)?.[0] ?? "a device";
  return `${browser} on ${system}`;
}

function row(label: string | undefined, publicId: string, own: boolean): string {
  const rest = own
    ? " (this one)"
    : `<form method=post action="/devices/one"><input type=hidden name=publicId value="${publicId}"><button>Log out ${label}</button></form>`;
  return `<li>${label}${rest}</li>`;
}
