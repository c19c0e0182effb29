// The demo on node:http: @redistore/http loads the session before the handler runs, and stores it before the response is sent.
import { createServer } from "node:http";
import { withSession } from "@redistore/http";
import { readForm } from "../read-form.js";
import { respond } from "../routes.js";

/** @param {import("../routes.js").Demo} demo */
export function createNodeServer(demo) {
  const listener = withSession(
    demo.sessions.store,
    async (req, res, session) => {
      const [path = "/"] = (req.url ?? "/").split("?", 1);
      const { method, headers } = req;
      const request = { method, path, headers, form: () => readForm(req) };
      const { status, headers: fields, body } = await respond(demo, session, request);
      res.writeHead(status, fields).end(body);
    },
    { onError: (error) => console.error(error) },
  );
  return createServer(listener);
}
