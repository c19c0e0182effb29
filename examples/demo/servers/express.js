// The demo on Express: the middleware of @redistore/express buffers the response until the session is stored.
import { createServer } from "node:http";
import { getSession, session } from "@redistore/express";
import express from "express";
import { readForm } from "../read-form.js";
import { respond } from "../routes.js";

/** @param {import("../routes.js").Demo} demo */
export function createExpressServer(demo) {
  const app = express()
    .disable("x-powered-by")
    // Otherwise Express sends the stack of an error to the client.
    .set("env", "production")
    .use(session(demo.sessions.store))
    .use(async (req, res) => {
      /** @type {import("../actions/actions.js").DemoSession} */
      const current = getSession(req);
      const { method, path, headers } = req;
      const request = { method, path, headers, form: () => readForm(req) };
      const { status, headers: fields, body } = await respond(demo, current, request);
      res.status(status).set(fields).end(body);
    });
  return createServer(app);
}
