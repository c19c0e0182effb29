// koa-websocket runs middlewares of Koa for a WebSocket, with a context that has no response.
import { getSession, session } from "@redistore/koa";
import Koa from "koa";
import websockify from "koa-websocket";
import { describe } from "vitest";
import { obey, page, type SocketData, socketStory } from "./socket-story.ts";
import { connect, refused } from "./web-socket.ts";

describe("koa-websocket", () => {
  socketStory(async (store) => {
    const app = websockify(new Koa());
    app.silent = true;
    app.use(session(store));
    app.use(async (ctx) => {
      ctx.body = await page(ctx.path, ctx);
    });
    app.ws.use(async (ctx, next) => {
      // The library drops the errors of middlewares, and leaves the client waiting.
      await next().catch(() => ctx.websocket.close(1011));
    });
    app.ws.use(session(store));
    app.ws.use((ctx) => {
      ctx.websocket.on("message", async (message: Buffer) => {
        const core = getSession<SocketData>(ctx);
        ctx.websocket.send(await obey(String(message), ctx, core));
      });
      ctx.websocket.send("ready");
    });
    return { listener: app, connect, refused };
  });
});
