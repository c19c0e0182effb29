// Responses as Koa's middlewares make them, with a session that changes: whole, in order, and with their cookies.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { deferred } from "@redistore/http/testing";
import type { Context } from "koa";
import compress from "koa-compress";
import conditional from "koa-conditional-get";
import etag from "@koa/etag";
import serveStatic from "koa-static";
import { describe, expect, it, onTestFinished } from "vitest";
import { getSession } from "../src/index.ts";
import { type Scene, scene, VERSIONS } from "./serve.ts";

const LONG = "It was a long response. ".repeat(500);

describe.each(VERSIONS)("%s", (_version, koa) => {
  /** "/show" shows the session, any other path is served by `act`. */
  const serve = (
    act: (ctx: Context) => unknown,
    before?: (app: Scene["app"]) => void,
  ): Promise<Scene> =>
    scene(
      (app) => {
        app.use((ctx) => {
          if (ctx.path !== "/show") return act(ctx);
          return (ctx.body = JSON.stringify(ctx.session));
        });
      },
      { koa, ...(before && { before }) },
    );

  it.each<[string, (ctx: Context) => unknown]>([
    ["a text", (ctx) => (ctx.body = LONG)],
    ["a stream", (ctx) => (ctx.body = Readable.from([LONG.slice(0, 50), LONG.slice(50)]))],
  ])("compresses %s, with the session's cookie", async (_what, respond) => {
    const { browser } = await serve(
      (ctx) => {
        ctx.session.views = 1;
        return respond(ctx);
      },
      (app) => app.use(compress({ threshold: 1 })),
    );
    const res = await browser.open("/", { headers: { "accept-encoding": "gzip" } });
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    expect(res.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(LONG);
    expect((await browser.visit("/show")).text).toBe('{"views":1}');
  });

  it("sends 304 to a browser that has the response, and stores what changed", async () => {
    const { browser } = await serve(
      (ctx) => {
        ctx.session.views = (ctx.session.views ?? 0) + 1;
        ctx.body = LONG;
      },
      (app) => app.use(conditional()).use(etag()),
    );
    const first = await browser.visit("/");
    const again = browser.clone();
    again.cookies.clear();
    const headers = { "if-none-match": String(first.headers.etag) };
    const { status, text, setCookie } = await again.visit("/", { headers });
    expect({ status, text, cookies: setCookie.length }).toEqual({
      status: 304,
      text: "",
      cookies: 1,
    });
    expect((await browser.visit("/", { headers })).status).toBe(304);
    expect((await browser.visit("/show")).text).toBe('{"views":2}');
  });

  it("sends files of koa-static behind it, with the cookie of a session that changed", async () => {
    const root = await mkdtemp(join(tmpdir(), "koa-static-"));
    onTestFinished(() => rm(root, { recursive: true }));
    await writeFile(join(root, "page.html"), LONG);
    const files = serveStatic(root);
    const { browser } = await serve((ctx) => {
      ctx.session.views = 1;
      return files(ctx, async () => {});
    });
    const { text, setCookie, headers } = await browser.visit("/page.html");
    expect({ text, cookies: setCookie.length, type: headers["content-type"] }).toEqual({
      text: LONG,
      cookies: 1,
      type: "text/html; charset=utf-8",
    });
  });

  it("sends files of koa-static that caches may keep without a renewal, and marks those with a new cookie", async () => {
    const root = await mkdtemp(join(tmpdir(), "koa-static-"));
    onTestFinished(() => rm(root, { recursive: true }));
    await writeFile(join(root, "page.html"), LONG);
    const files = serveStatic(root, { maxage: 600_000 });
    const { browser } = await serve(async (ctx) => {
      if (ctx.query["new"] === undefined) await getSession(ctx).touch();
      else ctx.session.views = 1;
      return files(ctx, async () => {});
    });
    const sent = async (url: string) => {
      const { headers, setCookie } = await browser.visit(url);
      return [headers["cache-control"], setCookie.length];
    };
    expect(await sent("/page.html?new")).toEqual(["no-store", 1]);
    expect(await sent("/page.html")).toEqual(["max-age=600", 0]);
  });

  it("leaves other cookies in the header", async () => {
    const { browser } = await serve(
      (ctx) => {
        ctx.cookies.set("theme", "dark");
        ctx.session.views = 1;
        ctx.redirect("/show");
      },
      (app) =>
        app.use(async (ctx, next) => {
          await next();
          ctx.cookies.set("late", "1");
        }),
    );
    expect((await browser.visit("/")).status).toBe(302);
    expect([...browser.cookies.keys()].toSorted()).toEqual(["late", "session", "theme"]);
  });

  it("stores what is changed on the way out, by a middleware before it", async () => {
    const { browser } = await serve(
      (ctx) => (ctx.body = ""),
      (app) =>
        app.use(async (ctx, next) => {
          await next();
          if (ctx.path === "/") ctx.session.views = 1;
        }),
    );
    expect((await browser.visit("/")).setCookie).toHaveLength(1);
    expect((await browser.visit("/show")).text).toBe('{"views":1}');
  });

  it("stores what is changed in the middle of a stream, before its end", async () => {
    const begun = deferred();
    const { browser } = await serve((ctx) => {
      if (ctx.session.isNew) {
        ctx.session.views = 1;
        return (ctx.body = "");
      }
      async function* parts(): AsyncGenerator<string> {
        yield "first ";
        await begun.promise;
        ctx.session.user = "ada";
        yield "last";
      }
      return (ctx.body = Readable.from(parts()));
    });
    await browser.visit("/");
    const res = await browser.open("/");
    res.once("data", begun.resolve);
    await once(res, "end");
    expect((await browser.visit("/show")).text).toBe('{"views":1,"user":"ada"}');
  });

  it("sends events as they come, with the cookie in the header", async () => {
    const events = new PassThrough();
    const { browser } = await serve((ctx) => {
      ctx.session.views = 1;
      ctx.type = "text/event-stream";
      ctx.body = events;
      ctx.flushHeaders();
    });
    const res = await browser.open("/");
    expect(res.headers["content-type"]).toMatch("text/event-stream");
    expect(browser.cookies.size).toBe(1);
    events.write("data: 1\n\n");
    expect(String((await once(res, "data"))[0])).toBe("data: 1\n\n");
    events.write("data: 2\n\n");
    expect(String((await once(res, "data"))[0])).toBe("data: 2\n\n");
    res.destroy();
  });

  it("goes out as the handler writes it, where ctx.respond is false", async () => {
    const { browser } = await serve(async (ctx) => {
      ctx.session.views = 1;
      ctx.respond = false;
      ctx.res.writeHead(200, { "set-cookie": "theme=dark" });
      ctx.res.write("one ");
      await setImmediate();
      ctx.res.end("two");
    });
    expect((await browser.visit("/")).text).toBe("one two");
    expect([...browser.cookies.keys()].toSorted()).toEqual(["session", "theme"]);
  });

  it("goes out when it is written after the middlewares are done", async () => {
    const { browser } = await serve((ctx) => {
      ctx.respond = false;
      ctx.res.statusCode = 200;
      setTimeout(() => {
        ctx.session.views = 1;
        ctx.res.end("later");
      });
    });
    expect((await browser.visit("/")).text).toBe("later");
    expect((await browser.visit("/show")).text).toBe('{"views":1}');
  });

  it("is stored although the client has gone", async () => {
    const arrived = deferred();
    const gone = deferred();
    const { browser } = await serve(async (ctx) => {
      if (ctx.path === "/") return (ctx.session.views = 1);
      ctx.res.once("close", gone.resolve);
      arrived.resolve();
      await gone.promise;
      ctx.session.views = 2;
      return (ctx.body = "never read");
    });
    await browser.visit("/");
    const lost = request(`${browser.origin}/slow`, {
      headers: { cookie: `session=${browser.cookies.get("session")}` },
    }).end();
    const broken = once(lost, "error");
    await arrived.promise;
    lost.destroy();
    await broken;
    await expect.poll(async () => (await browser.visit("/show")).text).toBe('{"views":2}');
  });
});
