// The real instrumentations of OpenTelemetry for ioredis and node-redis, as they are by default: their spans have the names of commands, and no secret.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { trace } from "@opentelemetry/api";
import { IORedisInstrumentation } from "@opentelemetry/instrumentation-ioredis";
import { RedisInstrumentation } from "@opentelemetry/instrumentation-redis";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import {
  createStore,
  type OptionalStoreOption,
  type RediStore,
  withClient,
  withURL,
} from "@redistore/core";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { beforeEach, expect, inject, it, onTestFinished } from "vitest";
import { type Data, KEYS, redisOptions } from "../../stores.ts";

const exporter = new InMemorySpanExporter();
const tracerProvider = new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
tracerProvider.register(); // Before the instrumentations, which take the global one.
instrument();
beforeEach(() => exporter.reset());

/** What the hooks of module loading do in an application: vitest loads modules in its own way. */
function instrument(): void {
  const instrumentations = [new IORedisInstrumentation(), new RedisInstrumentation()];
  const [ofIORedis, ofNodeRedis] = instrumentations.map((each) => each.getModuleDefinitions());
  for (const { patch } of ofIORedis ?? []) patch?.(Redis);
  const redis = createRequire(createRequire(import.meta.url).resolve("redis"));
  const client = dirname(dirname(redis.resolve("@redis/client")));
  for (const { name, files } of ofNodeRedis ?? []) {
    if (name !== "@redis/client") continue;
    for (const file of files) {
      const path = join(client, file.name.replace("@redis/client/", ""));
      if (file.name.endsWith("/client/index.js")) file.patch(redis(path));
    }
  }
}

const VALUE = "canary-of-a-value";
const USER = "canary-of-a-user";

async function openIORedis(): Promise<OptionalStoreOption> {
  const client = new Redis(inject("redisUrl"));
  onTestFinished(() => client.disconnect());
  return withClient(client);
}

async function openNodeRedis(): Promise<OptionalStoreOption> {
  const client = await createClient({ url: inject("redisUrl") }).connect();
  onTestFinished(() => client.destroy());
  return withClient(client);
}

/** Resolves with the session's ids. */
async function useSession(store: RediStore<Data>): Promise<string[]> {
  const session = store.create();
  session.values["token"] = VALUE;
  const [cookie] = await store.save(session);
  const loaded = await store.load("session", cookie?.value);
  await store.regenerate(loaded, { principal: USER });
  await store.principal(USER).sessions();
  await store.records.ids()[Symbol.asyncIterator]().next();
  const { id } = loaded;
  await store.destroy(loaded);
  return [session.id, id];
}

it.each([
  ["a connection of the store", async () => withURL(inject("redisUrl"))],
  ["ioredis", openIORedis],
  ["node-redis", openNodeRedis],
])("spans of %s have no id, no value and no user", async (_, connect) => {
  const [, ...options] = redisOptions();
  const store = await createStore<Data>(KEYS, await connect(), ...options);
  onTestFinished(() => store.close());
  const secrets = await trace.getTracer("test").startActiveSpan("request", async (span) => {
    const ids = await useSession(store);
    span.end();
    return [VALUE, USER, ...ids];
  });

  const texts = exporter
    .getFinishedSpans()
    .map(({ name, attributes }) => inspect([name, attributes]));
  expect(texts.join()).toMatch(/evalsha/i);
  expect(texts.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});
