// The demo on node:http: @redistore/http loads the session before the handler runs, and stores it before the answer leaves.
import { createServer } from "node:http";
import { withSession } from "@redistore/http";
import { readForm } from "../read-form.js";
import { respond } from "../routes.js";

/** @param {import("../open-sessions.js").Sessions} sessions */
export function createNodeServer(sessions) {
  const listener = withSession(
    sessions.store,
    async (req, res, session) => {
      const [path = "/"] = (req.url ?? "/").split("?", 1);
      const { method, headers } = req;
      const request = { method, path, accept: headers.accept, form: () => readForm(req) };
      const { status, headers: fields, body } = await respond(sessions, session, request);
      res.writeHead(status, fields).end(body);
    },
    { onError: (error) => console.error(error) },
  );
  return createServer(listener);
}
