// An Express application with a login, on a real Redis. A test can stop its logins at two places.
import { randomUUID } from "node:crypto";
import type { RediStore } from "@redistore/core";
import { type ExpressSession, getSession, session } from "@redistore/express";
import { type Deferred, deferred, listen } from "@redistore/http/testing";
import express, { type Request, type Response } from "express";
import { onTestFinished } from "vitest";
import { redisStore } from "../stores.ts";
import { devicesPage, labelOf } from "./devices-page.ts";

interface Values {
  user: string;
  visits: number;
  token: string;
}

/** A login that waits after each step until the test goes on. */
export class StoppedLogin {
  /** It has its session, and nothing has changed yet. */
  readonly loaded = deferred<Response>();
  readonly mayLogIn = deferred();
  /** Its session is stored, and nothing of the response is sent yet. */
  readonly stored = deferred();
  readonly mayRespond = deferred();
}

export interface LoginApp {
  readonly origin: string;
  readonly store: RediStore<Partial<Values>>;
  /** The statuses of all responses that were sent. */
  readonly statuses: readonly number[];
  /** The response to `/signal` waits for it. */
  readonly signal: Deferred<void>;
  /** Stops the next login. */
  stopLogin(): StoppedLogin;
}

/**
 * `/` counts visits and says who is logged in. `/login` has the form and stores nothing; `/login-with-token` stores a token and wants it
 * back from the form. `/end-others` ends all sessions but the browser's own, and `/end-all` that one too.
 */
export async function startLoginApp(): Promise<LoginApp> {
  const store = await redisStore<Partial<Values>>();
  const statuses: number[] = [];
  const stopped: StoppedLogin[] = [];
  const signal = deferred();
  const app = express()
    .set("env", "test")
    .use((_req, res, next) => {
      res.on("finish", () => void statuses.push(res.statusCode));
      next();
    })
    .get("/signal", (_req, res) => void signal.promise.then(() => res.sendStatus(204)))
    .use(session(store), express.urlencoded(), devicesPage(store))
    .get("/", (req, res) => {
      const own = sessionOf(req);
      own.visits = (own.visits ?? 0) + 1;
      res.send(page(`${own.user ?? "Nobody"} is logged in`, ""));
    })
    .get("/login", (_req, res) => void res.send(page("Log in", form(""))))
    .get("/login-with-token", (req, res) => {
      const { token } = Object.assign(sessionOf(req), { token: randomUUID() });
      res.send(page("Log in", form(token)));
    })
    .get(["/end-others", "/end-all"], async (req, res) => {
      const own = getSession(req);
      for await (const id of store.ids()) if (id !== own.id) await store.records.destroy(id);
      if (req.path === "/end-all") await own.destroy();
      res.redirect(303, "/login");
    })
    .post(["/login", "/login-with-token"], async (req, res) => {
      const { user = "", token } = req.body as Partial<Values>;
      const { token: expected } = sessionOf(req);
      if (req.path === "/login-with-token" && token !== expected) {
        res.sendStatus(403);
        return;
      }
      const login = stopped.shift();
      login?.loaded.resolve(res);
      await login?.mayLogIn.promise;
      await sessionOf(req).regenerate({
        principal: user,
        label: labelOf(req),
        keep: ["visits"],
      });
      sessionOf(req).user = user;
      await sessionOf(req).save();
      login?.stored.resolve();
      await login?.mayRespond.promise;
      res.redirect(303, "/");
    });
  const server = await listen(app);
  onTestFinished(async () => {
    await server.close();
    await store.close();
  });
  const stopLogin = (): StoppedLogin => {
    const login = new StoppedLogin();
    stopped.push(login);
    return login;
  };
  return { origin: server.origin, store, statuses, signal, stopLogin };
}

/** The types of express-session, which other tests of this repository use, declare `req.session` too. */
function sessionOf(req: Request): ExpressSession<Values> {
  return (req as { session: object }).session as ExpressSession<Values>;
}

function page(heading: string, content: string): string {
  return `<!doctype html><link rel=icon href=data:,><h1>${heading}</h1>${content}`;
}

/** Posts to the page that it is on. */
function form(token: string): string {
  return `<form method=post><input type=hidden name=token value="${token}"><label>Name <input name=user></label><button>Log in</button></form>`;
}
