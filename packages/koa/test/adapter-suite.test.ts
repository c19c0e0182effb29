// The suite for adapters, over Koa 2 and 3, in memory and in Redis.
import { adapterSuite, listen, type SuiteAdapter, type SuiteData } from "@redistore/http/testing";
import type Koa from "koa";
import { describe, it } from "vitest";
import { getSession, session } from "../src/index.ts";
import { redisStore, VERSIONS } from "./serve.ts";

function adapterOver(Framework: typeof Koa): SuiteAdapter {
  return {
    start: async (store, handlers, options) => {
      const app = new Framework();
      app.silent = true;
      app.use(session(store, options));
      app.use((ctx) =>
        handlers[ctx.path]?.({
          req: ctx.req,
          get data() {
            return ctx.session as unknown as SuiteData;
          },
          session: async () => getSession<SuiteData>(ctx),
          named: (name) => getSession<SuiteData>(ctx, name),
          regenerate: () => ctx.session.regenerate(),
          destroy: async () => {
            ctx.session = null;
          },
          respond: (body = "", { status = 200, headers = {} } = {}) => {
            ctx.set(headers);
            ctx.body = body;
            ctx.status = status;
          },
          redirect: (location) => ctx.redirect(location),
          nodeResponse: () => {
            ctx.respond = false;
            ctx.res.statusCode = 200;
            return ctx.res;
          },
        }),
      );
      return listen(app);
    },
  };
}

describe.each(VERSIONS)("%s", (_version, Framework) => {
  describe("in memory", () => {
    adapterSuite({ describe, it }, adapterOver(Framework));
  });
  describe("in Redis", () => {
    adapterSuite({ describe, it }, { ...adapterOver(Framework), open: redisStore });
  });
});
