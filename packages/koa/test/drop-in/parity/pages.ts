// The pages that behaviours visit. Each does one thing with its session, as an application would.
import type { Context, Session } from "../application.ts";
import type { Scene } from "./scene.ts";

export interface PageContext extends Context {
  readonly query: Readonly<Record<string, string>>;
  readonly sessionOptions: { maxAge?: unknown };
  redirect(path: string): void;
}

type KoaSession = Session & {
  readonly isNew?: boolean;
  readonly length: number;
  readonly populated: boolean;
  manuallyCommit(): Promise<void>;
};
type Page = (ctx: PageContext, scene: Scene) => unknown;

const sessionOf = (ctx: PageContext): KoaSession => ctx.session as KoaSession;
const setSession = (ctx: PageContext, value: object | null): unknown =>
  Object.assign(ctx as { session: unknown }, { session: value });

/** What is in the session, and what koa-session says about it. */
function show(ctx: PageContext): object {
  const session = sessionOf(ctx) as KoaSession | null;
  if (!session) return { session: String(session) };
  const { isNew = false, length, populated, maxAge, externalKey } = session;
  const values = JSON.parse(JSON.stringify(session)) as object;
  return { values, isNew, length, populated, maxAge: maxAge ?? null, externalKey };
}

export const pages: Readonly<Record<string, Page>> = {
  "/show": (ctx) => (ctx.body = show(ctx)),
  "/set": (ctx) => Object.assign(ctx.session, ctx.query),
  "/delete": (ctx) => {
    for (const name of Object.keys(ctx.query)) delete ctx.session[name];
  },
  "/count": (ctx) => {
    const { count = 0 } = (ctx.session["nested"] ?? {}) as { count?: number };
    ctx.session["nested"] = { count: count + 1 };
  },
  "/replace": (ctx) => setSession(ctx, { ...ctx.query }),
  "/empty": (ctx) => setSession(ctx, {}),
  "/null": (ctx) => {
    setSession(ctx, null);
    ctx.body = show(ctx);
  },
  "/null-and-set": (ctx) => {
    setSession(ctx, null);
    setSession(ctx, { ...ctx.query });
  },
  "/max-age": (ctx) => {
    const { value = "" } = ctx.query;
    ctx.session.maxAge = value === "session" ? value : Number(value);
  },
  "/save": async (ctx) => {
    Object.assign(ctx.session, ctx.query);
    await ctx.session.save();
  },
  "/save-and-change": async (ctx) => {
    ctx.session["before"] = 1;
    await ctx.session.save();
    ctx.session["after"] = 1;
  },
  "/regenerate": async (ctx) => {
    await ctx.session.regenerate();
    ctx.body = show(ctx);
  },
  "/log-in": async (ctx) => {
    await ctx.session.regenerate();
    ctx.session["user"] = "ada";
  },
  "/commit": async (ctx) => {
    Object.assign(ctx.session, ctx.query);
    await sessionOf(ctx).manuallyCommit();
  },
  "/commit-twice": async (ctx) => {
    Object.assign(ctx.session, ctx.query);
    await sessionOf(ctx).manuallyCommit();
    await sessionOf(ctx).manuallyCommit();
  },
  "/redirect": (ctx) => {
    Object.assign(ctx.session, ctx.query);
    ctx.redirect("/show");
  },
  "/throw": (ctx) => {
    Object.assign(ctx.session, ctx.query);
    throw new TypeError("the page failed");
  },
  "/map": (ctx) => (ctx.session["map"] = new Map([["a", 1]])),
  "/meanwhile": async (ctx, { browser }) => {
    const { path = "", ...values } = ctx.query;
    await browser.clone().visit(path);
    Object.assign(ctx.session, values);
  },
};
