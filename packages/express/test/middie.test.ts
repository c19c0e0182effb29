// Fastify with @fastify/middie runs Express middleware. Its `next` belongs to a pooled object and must not be called late.
import middie from "@fastify/middie";
import { StoreUnavailableError } from "@redistore/core";
import { Browser, controlStore } from "@redistore/http/testing";
import fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { session } from "../src/index.ts";
import { memoryStore } from "./serve.ts";

it("sends the error response itself, and later requests run every middleware", async () => {
  const control = controlStore(await memoryStore());
  const errors: unknown[] = [];
  let guarded = 0;
  const app = fastify();
  await app.register(middie);
  app.use((_req, _res, next) => {
    guarded++;
    next();
  });
  app.use(session(control.store, { onError: (error) => errors.push(error) }));
  app.get("/", async (request) => {
    const { session: data } = request.raw as never as { session: Record<string, unknown> };
    data["seen"] = true;
    return "page";
  });
  const origin = await app.listen({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => app.close());

  const browser = new Browser(origin);
  const unavailable = new StoreUnavailableError("Redis is down.");
  control.failSaves(unavailable);
  const { status, text, headers } = await browser.visit("/");
  expect([status, text, headers["retry-after"]]).toEqual([503, "Service Unavailable", "1"]);
  expect(errors).toEqual([unavailable]);

  control.failSaves(undefined);
  for (let each = 0; each < 3; each++) expect((await browser.visit("/")).text).toBe("page");
  expect(guarded).toBe(4);
});
