// The adapter suite over node:http alone.
import { createServer } from "node:http";
import { getSession, withSession } from "../../src/index.ts";
import { listen, type SuiteAdapter, type SuiteData } from "../../src/testing/index.ts";

export const start: SuiteAdapter["start"] = async (store, handlers, options) => {
  const server = createServer(
    withSession<SuiteData>(
      store,
      (req, res, session) =>
        handlers[req.url ?? "/"]?.({
          req,
          get data() {
            return session.values;
          },
          session: async () => session,
          named: (name) => getSession(store, req, res, name),
          regenerate: () => session.regenerate(),
          destroy: () => session.destroy(),
          respond: (body, { status = 200, headers = {} } = {}) => {
            res.writeHead(status, headers);
            if (typeof body === "object") body.pipe(res);
            else res.end(body);
          },
          redirect: (location) => res.writeHead(302, { location }).end(),
          nodeResponse: () => res,
        }),
      // The suite provokes these errors.
      { onError: () => {}, ...options },
    ),
  );
  return listen(server);
};
