// The suite for adapters, over Express 4 and 5, in memory and in Redis.
import { adapterSuite, listen, type SuiteAdapter, type SuiteData } from "@redistore/http/testing";
import type { Express } from "express";
import { describe, it } from "vitest";
import { getSession, session } from "../src/index.ts";
import { redisStore, VERSIONS } from "./serve.ts";

function adapterOver(framework: () => Express): SuiteAdapter {
  return {
    start: async (store, handlers, options) => {
      const app = framework();
      app.set("env", "test");
      app.use(session(store, options));
      for (const [path, handle] of Object.entries(handlers)) {
        app.all(path, (req, res, next) => {
          // Express 4 does not wait for promises.
          void (async () =>
            handle({
              req,
              get data() {
                return req.session as unknown as SuiteData;
              },
              session: async () => getSession<SuiteData>(req),
              named: (name) => getSession<SuiteData>(req, name),
              regenerate: () => req.session.regenerate(),
              destroy: () => req.session.destroy(),
              respond: (body = "", { status = 200, headers = {} } = {}) => {
                res.status(status).set(headers);
                if (typeof body === "object") body.pipe(res);
                else res.send(body);
              },
              redirect: (location) => res.redirect(location),
              nodeResponse: () => res,
            }))().then(undefined, next);
        });
      }
      return listen(app);
    },
  };
}

describe.each(VERSIONS)("%s", (_version, framework) => {
  describe("in memory", () => {
    adapterSuite({ describe, it }, adapterOver(framework));
  });
  describe("in Redis", () => {
    adapterSuite({ describe, it }, { ...adapterOver(framework), open: redisStore });
  });
});
