// What a user's Koa application may write, as an ES module; it asks itself once, and says "ok".
import type { AddressInfo } from "node:net";
import { Router } from "@koa/router";
import {
  createStore,
  keysFromStrings,
  type RediStore,
  type Session,
  withMemory,
} from "@redistore/core";
import { type ContextSession, getSession, session } from "@redistore/koa";
import Koa, { type Context } from "koa";

declare module "@redistore/core" {
  interface SessionData {
    views: number;
    cart: { item: string; count: number }[];
  }
}

interface Admin {
  role: "owner" | "editor";
}

const keys = keysFromStrings("a-key-of-32-characters-for-tests");
const store: RediStore = await createStore(keys, withMemory());
const admins = createStore<Admin>(keys, withMemory());

const app = new Koa();
app.use(session(store)).use(session(admins, "admin"));

const router = new Router().use(session(store, { cookie: { sameSite: "strict" } }));
router.get("/", session(store), (ctx) => {
  ctx.session.views = (ctx.session.views ?? 0) + 1;
  ctx.session.cart = [{ item: "apple", count: 1 }];
  ctx.body = ctx.session;
});

router.get("/members", async (ctx) => {
  await ctx.session.save();
  await ctx.session.regenerate({ principal: "ada", keep: ["cart"], grace: 5 });
  await new Promise<unknown>((resolve) => ctx.session.regenerate(resolve));
  ctx.session.save((error) => void error);
  ctx.session.maxAge = 3_600_000;
  ctx.session.maxAge = "session";
  const { isNew, length, populated }: ContextSession = ctx.session;
  ctx.body = [isNew, length, populated, ctx.session.toJSON().cart?.[0]?.item];
});

router.get("/whole", (ctx) => {
  ctx.session = null;
  ctx.session = { views: 1 };
  ctx.session = { ...ctx.session, cart: [] };
});

router.get("/core", async (ctx) => {
  const own: Session = getSession(ctx);
  own.addFlash("saved");
  const views: number = await own.update((values) => (values.views = (values.views ?? 0) + 1));
  const role: Admin["role"] | undefined = (await getSession<Admin>(ctx, "admin")).values.role;
  ctx.body = [views, role, own.principal];
});
app.use(router.routes());

export function wrong(ctx: Context): void {
  // @ts-expect-error -- a store comes first
  session();
  // @ts-expect-error -- no such option
  session(store, { maxAge: 1000 });
  // @ts-expect-error -- not a number
  ctx.session.views = "one";
  // @ts-expect-error -- no data of this application
  ctx.session.other = 1;
  // @ts-expect-error -- no data of this application
  ctx.session = { other: 1 };
  // @ts-expect-error -- no object
  ctx.session = 1;
  // @ts-expect-error -- the session knows by itself
  ctx.session.isNew = true;
}

const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const body = (await answer.json()) as { views: number };
  console.log(answer.headers.has("set-cookie") && body.views === 1 ? "ok" : answer.status);
  server.closeAllConnections();
  server.close();
  await store.close();
});
