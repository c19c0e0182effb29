// A login and a counter on node:http, in one listener.
import { createServer } from "node:http";
import { withSession } from "@redistore/http";

/** @typedef {{ views: number, user: string }} Values */

/** @param {import("@redistore/core").RediStore<Values>} store */
export function createApp(store) {
  return createServer(
    withSession(store, async (req, res, session) => {
      const { values } = session;
      switch (`${req.method} ${req.url}`) {
        case "GET /":
          values.views = (values.views ?? 0) + 1;
          res.end(`${values.user ?? "A guest"} was here ${values.views} times.\n`);
          break;
        case "POST /login":
          // A new id, because an attacker may know the old one.
          await session.regenerate({ principal: "ada" });
          values.user = "Ada";
          res.writeHead(303, { location: "/" }).end();
          break;
        case "POST /logout":
          await session.destroy();
          res.writeHead(303, { location: "/" }).end();
          break;
        default:
          res.writeHead(404).end("Not here.\n");
      }
    }),
  );
}
