// Express in a Lambda function, through serverless-http: the response is an object of the library, and no connection carries it.
import { createServer } from "node:http";
import { createStore } from "@redistore/core";
import { session } from "@redistore/express";
import express, { type ErrorRequestHandler } from "express";
import express4 from "express4";
import serverless from "serverless-http";
import { describe, onTestFinished } from "vitest";
import { KEYS } from "../../stores.ts";
import { type Host, hostStory, type SessionOwner } from "./host-story.ts";

/** What a function returns to the HTTP API of Amazon's API Gateway, payload version 2.0. */
interface Result {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
  readonly body: string;
}

const sendStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.sendStatus((error as { status?: number }).status ?? 500);
};

const on =
  (framework: typeof express): Host =>
  async (options, pages) => {
    const store = await createStore(KEYS, ...options);
    onTestFinished(() => store.close());
    const app = framework();
    app.use(session(store, { onError: () => {} }));
    for (const [path, page] of Object.entries(pages)) {
      app.get(path, (req, res, next) => {
        page(req as unknown as SessionOwner).then((text) => res.send(text), next);
      });
    }
    app.use(sendStatus);
    const handler = serverless(app);
    // The gateway.
    return createServer(async (req, res) => {
      const event = {
        version: "2.0",
        rawPath: req.url,
        rawQueryString: "",
        cookies: req.headers.cookie?.split("; ") ?? [],
        headers: { host: req.headers.host },
        requestContext: { http: { method: req.method, sourceIp: "127.0.0.1" } },
        body: "",
      };
      const result = (await handler(event, {})) as Result;
      res.writeHead(result.statusCode, { ...result.headers, "set-cookie": result.cookies });
      res.end(result.body);
    });
  };

describe.each([
  ["Express 5", express],
  ["Express 4", express4],
])("%s in serverless-http", (_name, framework) => {
  hostStory(on(framework));
});
