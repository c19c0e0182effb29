// The demo on Koa: the middleware of @redistore/koa stores the session before Koa sends the response.
import { createServer } from "node:http";
import { getSession, session } from "@redistore/koa";
import Koa from "koa";
import { readForm } from "../read-form.js";
import { respond } from "../routes.js";

/** @param {import("../routes.js").Demo} demo */
export function createKoaServer(demo) {
  const app = new Koa().use(session(demo.sessions.store)).use(async (ctx) => {
    /** @type {import("../actions/actions.js").DemoSession} */
    const current = getSession(ctx);
    const { method, path, headers } = ctx;
    const request = { method, path, headers, form: () => readForm(ctx.req) };
    const { status, headers: fields, body } = await respond(demo, current, request);
    ctx.status = status;
    ctx.set(fields);
    ctx.body = body;
  });
  return createServer(app.callback());
}
