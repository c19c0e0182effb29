// Koa 3 without sessions, the base that session middlewares are compared with.
import { createServer } from "node:http";
import Koa from "koa";
import { exercise } from "../scenarios.js";

export const title = "Koa 3, no session";
export const packages = ["koa"];
export const sessionless = true;

/** @type {import("../subject.js").Open} */
export async function open() {
  const app = new Koa().use((ctx) => {
    ctx.body = exercise(ctx.path, {});
  });
  return { server: createServer(app.callback()), close: async () => {} };
}
