// The file of docs/observability.md on the real SDK of OpenTelemetry: spans below those of requests, counts of all events, and no secret.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createStore, type Events, onEvent, type StoreEvent } from "@redistore/core";
import { getSession, session } from "@redistore/express";
import express, { type ErrorRequestHandler } from "express";
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../../house/files.ts";
import { startRedis } from "../../redis/server.ts";
import { type Data, KEYS, redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";
import { causeAllEvents } from "./all-events.ts";
import { startTelemetry, type Telemetry } from "./telemetry.ts";

const VALUE = "canary-of-a-value";
const USER = "canary-of-a-user";
/** Ids, cookies, values and users, none of which may be exported. */
const secrets = new Set([VALUE, USER]);

let telemetry: Telemetry;
beforeAll(async () => {
  telemetry = await startTelemetry();
});
afterEach(async () => {
  telemetry.takeSpans();
  await telemetry.takeSeries("");
  const leaked = [...secrets].filter((secret) => telemetry.text().includes(secret));
  if (leaked.length > 0) throw new Error(`These were exported: ${leaked.join()}`);
});

function data(req: express.Request): Data {
  secrets.add(req.session.id);
  return req.session as unknown as Data;
}

const sendStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.sendStatus((error as { status?: number }).status ?? 500);
};

/** Express with a span per request, as the instrumentation of http makes it. `url` is that of a Redis. */
async function serve(url?: string) {
  const store = await createStore<Data>(KEYS, redisOptions(url));
  onTestFinished(() => store.close());
  const app = express();
  app.use((req, _res, next) => {
    const span = telemetry.tracer.startSpan(req.path);
    req.res?.on("finish", () => span.end());
    context.with(trace.setSpan(context.active(), span), next);
  });
  app.use(session(store, { onError: () => {} }));
  app.get("/set/:key", (req, res) => {
    data(req)[req.params.key] = VALUE;
    res.send("set");
  });
  app.get("/login", async (req, res) => {
    await req.session.regenerate({ principal: USER });
    data(req)["user"] = USER;
    res.send("in");
  });
  app.get("/update", async (req, res) => {
    data(req);
    await getSession(req).update(() => {
      throw new Error(`an error of the application with ${VALUE}`);
    });
    res.send("updated");
  });
  app.get("/logout", async (req, res) => {
    await req.session.destroy();
    res.send("out");
  });
  app.use(sendStatus);
  return visit(app);
}

/** Names of the sessions' spans with those of their parents, sorted. */
function tree(spans: readonly ReadableSpan[]): string[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans
    .filter(({ name }) => name.startsWith("session "))
    .map(({ name, parentSpanContext }) => `${names.get(parentSpanContext?.spanId ?? "")} ${name}`)
    .toSorted();
}

it("the counts of rare events begin at 0", async () => {
  const counts = await telemetry.takeSeries("redistore.events");
  const rare = [
    ...["reused", "capped", "keys-failed"].map((event) => ({ event })),
    { event: "rejected", reason: "undecipherable" },
  ];
  expect(counts).toEqual(rare.map((attributes) => ({ attributes, value: 0 })));
});

describe("spans", () => {
  it("are below the span of their request, also of requests that overlap", async () => {
    const browser = await serve();
    await browser.visit("/set/first");
    await browser.visit("/login");
    const paths = Array.from({ length: 10 }, (_, at) => `/set/${at}`);
    await Promise.all(paths.map((path) => browser.visit(path)));
    await browser.visit("/logout");
    for (const cookie of browser.cookies.values()) secrets.add(cookie);
    const spans = telemetry.takeSpans();
    expect(tree(spans)).toEqual(
      [
        "/set/first session save",
        ...["load", "regenerate", "save"].map((operation) => `/login session ${operation}`),
        ...paths.flatMap((path) => [`${path} session load`, `${path} session save`]),
        ...["load", "destroy", "save"].map((operation) => `/logout session ${operation}`),
      ].toSorted(),
    );
    const failed = spans.filter(({ status }) => status.code !== SpanStatusCode.UNSET);
    expect(failed).toEqual([]);
    const loads = spans.filter(({ name }) => name === "session load");
    expect(loads.every(({ attributes }) => attributes["redistore.result"] === "live")).toBe(true);
    const durations = await telemetry.takeSeries("redistore.operation.duration");
    expect(durations).toContainEqual({ attributes: { operation: "save" }, value: 13 });
  });

  it("have the status of an error and its code when a save fails", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const browser = await serve(redis.url);
    await browser.visit("/set/first");
    telemetry.takeSpans();
    expect((await browser.visit("/update")).status).toBe(500);
    await redis.kill();
    browser.cookies.clear();
    expect((await browser.visit("/set/second")).status).toBe(503);
    const saves = telemetry.takeSpans().filter(({ name }) => name === "session save");
    const type = "ERR_REDISTORE_UNAVAILABLE";
    expect(saves.map(({ status }) => status)).toEqual([
      { code: SpanStatusCode.ERROR, message: "_OTHER" },
      { code: SpanStatusCode.ERROR, message: type },
    ]);
    expect(saves[1]?.attributes["error.type"]).toBe(type);
    const durations = await telemetry.takeSeries("redistore.operation.duration");
    const attributes = { operation: "save", "error.type": type };
    expect(durations).toContainEqual({ attributes, value: 1 });
    expect(telemetry.text()).not.toContain(String(redis.port));
  });
});

/** The fields that the page names in the rows of an event. Rows without a name belong to the event above them. */
function fieldsOnPage(): Map<string, string> {
  const page = readFileSync(join(ROOT, "docs/observability.md"), "utf8");
  const [, section = ""] = /^## Events\n(.*?)^## /ms.exec(page) ?? [];
  const fields = new Map<string, string>();
  let name = "";
  for (const [, first = "", second = ""] of section.matchAll(
    /^\| +(?:`([\w-]+)`)? +\| (`.*?) \|/gm,
  )) {
    name = first || name;
    fields.set(name, (fields.get(name) ?? "") + second);
  }
  return fields;
}

/** One series of the counter per event, and per what tells its kinds apart. */
const SERIES: Record<keyof Events, readonly object[]> = {
  created: [{}],
  regenerated: [{ login: true }, { login: false }],
  renewed: [{}],
  destroyed: [{ by: "logout" }, { by: "elsewhere" }, { by: "limit" }],
  expired: [{}],
  reused: [{}],
  capped: [{}],
  rejected: ["expired", "tampered", "malformed", "gone", "undecipherable"].map((reason) => ({
    reason,
  })),
  conflict: [{}],
  gone: [{}],
  "old-key": [{ keyIndex: 1 }],
  ambiguous: [{}],
  "keys-failed": [{}],
};

describe("events", () => {
  it("are counted by name and kind, and the page names their fields", async () => {
    await telemetry.takeSeries("redistore.events");
    const published: StoreEvent[] = [];
    onTestFinished(onEvent((event) => void published.push(event)));
    await causeAllEvents(secrets, { value: VALUE, user: USER });
    const series = await telemetry.takeSeries("redistore.events");
    const counted = series.filter(({ value }) => value > 0);
    const wanted = Object.entries(SERIES).flatMap(([event, kinds]) =>
      kinds.map((kind) => ({ event, ...kind })),
    );
    expect(new Set(counted.map(({ attributes }) => attributes))).toEqual(new Set(wanted));
    expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(published.length);
    const page = fieldsOnPage();
    expect([...page.keys()].toSorted()).toEqual(Object.keys(SERIES).toSorted());
    for (const { event, ...fields } of published) {
      for (const name of Object.keys(fields)) expect(page.get(event)).toContain(`\`${name}\``);
    }
  });
});
