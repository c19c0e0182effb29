// NestJS on Express and on Fastify: the middleware is that of @redistore/express on both. Decorators are called as functions, which needs no transpiler.
import type { Server } from "node:http";
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  type INestApplication,
  Module,
  Req,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { createStore, type RediStore, StoreUnavailableError } from "@redistore/core";
import { session } from "@redistore/express";
import type { Listener } from "@redistore/http/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Data, KEYS, redisStore } from "../../stores.ts";
import { visit } from "../../visit.ts";
import { hostStory, type Pages, type SessionOwner } from "./host-story.ts";

/** What a filter sends a response with, on both platforms. */
interface Sender {
  send(text: string): unknown;
}

/** A module whose controller has a method for each page. Fastify wraps the request that the middleware knows. */
function moduleOf(pages: Pages): new () => object {
  class PagesController {
    [name: string]: (request: { raw?: unknown }) => Promise<string>;
  }
  Controller()(PagesController);
  for (const [path, page] of Object.entries(pages)) {
    const name = path.slice(1);
    PagesController.prototype[name] = (request) => page((request.raw ?? request) as SessionOwner);
    Req()(PagesController.prototype, name, 0);
    const method = Object.getOwnPropertyDescriptor(PagesController.prototype, name);
    Get(path)(PagesController.prototype, name, method as PropertyDescriptor);
  }
  class PagesModule {
    readonly pages = pages;
  }
  Module({ controllers: [PagesController] })(PagesModule);
  return PagesModule;
}

const adapters = [
  ["Nest on Express", () => new ExpressAdapter()],
  ["Nest on Fastify", () => new FastifyAdapter()],
] as const;

async function create(
  adapter: ExpressAdapter | FastifyAdapter,
  store: RediStore<Data>,
  pages: Pages,
  filter?: ExceptionFilter,
): Promise<Listener> {
  const app: INestApplication = await NestFactory.create(moduleOf(pages), adapter, {
    logger: false,
  });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  app.use(session(store, { onError: () => {} }));
  if (filter) app.useGlobalFilters(filter);
  await app.init();
  await (app.getHttpAdapter().getInstance() as { ready?: () => Promise<void> }).ready?.();
  return app.getHttpServer() as Server;
}

describe.each(adapters)("%s", (_name, adapter) => {
  hostStory(async (options, pages) =>
    create(adapter(), await createStore<Data>(KEYS, ...options), pages),
  );
});

const PAGES: Pages = {
  "/count": async ({ session: data }) => String((data.views = (data.views ?? 0) + 1)),
};

it.each(adapters)("%s gives an exception filter the error with its status", async (_, adapter) => {
  const caught: unknown[] = [];
  class Filter implements ExceptionFilter {
    catch(error: { status: number }, host: ArgumentsHost): void {
      caught.push(error);
      const response = host.switchToHttp().getResponse<{ status(code: number): Sender }>();
      response.status(error.status).send("Please try again.");
    }
  }
  Catch()(Filter);
  const store = await redisStore();
  const browser = await visit(await create(adapter(), store, PAGES, new Filter()));
  await browser.visit("/count");
  await store.close();
  const response = await browser.visit("/count");
  expect([response.status, response.text]).toEqual([503, "Please try again."]);
  expect(response.headers["retry-after"]).toBe("1");
  expect(caught).toEqual([expect.any(StoreUnavailableError)]);
});
