// What a user's Koa application may write in CommonJS, which has no top-level await; it asks itself once, and says "ok".
import type { AddressInfo } from "node:net";
import core = require("@redistore/core");
import redistore = require("@redistore/koa");
import Koa = require("koa");

const store = core.createStore<{ name: string }>(
  core.keysFromStrings("a-key-of-32-characters-for-tests"),
  core.withMemory(),
);

const app = new Koa();
app.use(redistore.session(store, { name: "sid" }));
app.use(async (ctx: Koa.Context) => {
  const session: core.Session<{ name: string }> = redistore.getSession<{ name: string }>(ctx);
  session.values.name = "ada";
  await ctx.session.save();
  ctx.body = ctx.session;
});

const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  console.log(answer.headers.has("set-cookie") && text === '{"name":"ada"}' ? "ok" : text);
  server.closeAllConnections();
  server.close();
  await (await store).close();
});
