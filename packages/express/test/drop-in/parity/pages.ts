// The pages that behaviours visit. Each does one thing with its session, as an application would.
import type { NextFunction, Request, Response } from "express";
import type { Session, SessionData } from "express-session";
import type { Scene } from "./scene.ts";

type Values = Session & SessionData & Record<string, unknown>;
type Page = (req: Request, res: Response, next: NextFunction, scene: Scene) => unknown;

const sessionOf = (req: Request): Values => req.session as Values;
/** A result of a callback, for the response. */
const told = (error?: unknown): string => (error instanceof Error ? error.message : "no error");
const minutes = (ms: unknown): unknown => (typeof ms === "number" ? Math.round(ms / 60_000) : ms);

/** What is in the session, and its cookie. */
function show(req: Request): object {
  const session = sessionOf(req) as Values | undefined;
  if (!session) return { session: String(session), sessionID: req.sessionID };
  const { cookie, ...values } = session;
  const { originalMaxAge, expires, ...attributes } = cookie as unknown as Values;
  void expires;
  const times = { maxAge: minutes(cookie.maxAge), originalMaxAge: minutes(originalMaxAge) };
  return { id: req.sessionID, sameId: session.id === req.sessionID, values, attributes, ...times };
}

export const pages: Readonly<Record<string, Page>> = {
  "/nothing": (_req, res) => res.send("nothing"),
  "/show": (req, res) => res.json(show(req)),
  "/set": (req, res) => {
    Object.assign(req.session, req.query);
    res.send("set");
  },
  "/delete": (req, res) => {
    for (const name of Object.keys(req.query)) delete sessionOf(req)[name];
    res.send("deleted");
  },
  "/cookie": (req, res) => {
    Object.assign(req.session.cookie, req.query);
    res.send("cookie");
  },
  "/cookie-and-save": (req, res) => {
    Object.assign(req.session.cookie, req.query);
    req.session.save((error) => void res.send(told(error)));
  },
  "/max-age": (req, res) => {
    req.session.cookie.maxAge = Number(req.query["ms"]);
    res.json(show(req));
  },
  "/original-max-age": (req, res) => {
    req.session.cookie.originalMaxAge = Number(req.query["ms"]);
    res.json(show(req));
  },
  "/expires": (req, res) => {
    const { minutes: left } = req.query;
    req.session.cookie.expires = left ? new Date(Date.now() + Number(left) * 60_000) : null;
    res.json(show(req));
  },
  "/no-max-age": (req, res) => {
    (req.session.cookie as { maxAge: unknown }).maxAge = null;
    res.json(show(req));
  },
  "/touch": (req, res) =>
    res.json({ chained: Object.is(req.session.touch(), req.session), ...show(req) }),
  "/reset-max-age": (req, res) => {
    res.json({ chained: Object.is(req.session.resetMaxAge(), req.session), ...show(req) });
  },
  "/save": (req, res) => {
    Object.assign(req.session, req.query);
    req.session.save((error) => void res.status(error ? 500 : 200).send(told(error)));
  },
  "/save-whatever-happens": (req, res) => {
    Object.assign(req.session, req.query);
    req.session.save((error) => void res.send(told(error)));
  },
  "/save-and-forget": (req, res) => {
    Object.assign(req.session, req.query);
    res.json({ chained: Object.is(req.session.save(), req.session) });
  },
  "/save-and-change": (req, res) => {
    Object.assign(req.session, { before: 1 });
    req.session.save((error) => {
      Object.assign(req.session, { after: 1 });
      res.send(told(error));
    });
  },
  "/reload": (req, res) => {
    Object.assign(req.session, { unsaved: 1 });
    const { session: before } = req;
    req.session.reload((error) => {
      res.json({ error: told(error), replaced: req.session !== before, ...show(req) });
    });
  },
  "/reload-and-set": (req, res) => {
    req.session.reload((error) => {
      Object.assign(req.session, req.query);
      res.send(told(error));
    });
  },
  "/regenerate": (req, res) => {
    const { session: before } = req;
    req.session.regenerate((error) => {
      res.json({ error: told(error), replaced: req.session !== before, ...show(req) });
    });
  },
  "/log-in": (req, res) => {
    req.session.regenerate((error) => {
      Object.assign(req.session, { user: "ada" });
      res.send(told(error));
    });
  },
  "/log-in-and-save": (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { user: "ada" });
      req.session.save((failed) => (failed ? next(failed) : res.redirect("/show")));
    });
  },
  "/destroy": (req, res) => {
    req.session.destroy((error) => void res.json({ error: told(error), ...show(req) }));
  },
  "/destroy-and-forget": (req, res) => {
    const { session } = req;
    res.json({
      chained: Object.is(
        session.destroy(() => {}),
        session,
      ),
      ...show(req),
    });
  },
  "/null": (req, res) => {
    (req as { session: unknown }).session = null;
    res.send("null");
  },
  "/undefined": (req, res) => {
    (req as { session?: unknown }).session = undefined;
    res.send("undefined");
  },
  "/redirect": (req, res) => {
    Object.assign(req.session, req.query);
    res.redirect("/show");
  },
  "/no-content": (req, res) => {
    Object.assign(req.session, req.query);
    res.status(204).end();
  },
  "/stream": (req, res) => {
    Object.assign(req.session, req.query);
    res.write("one ");
    req.session.save((error) => {
      res.write(`${told(error)} `);
      res.end("two");
    });
  },
  "/set-after-header": (req, res) => {
    res.write("one ");
    Object.assign(req.session, req.query);
    res.end("two");
  },
  "/with-length": (req, res) => {
    Object.assign(req.session, req.query);
    res.set("content-length", "5").end("hello");
  },
  "/many-cookies": (req, res) => {
    Object.assign(req.session, req.query);
    res.cookie("a", "1").cookie("b", "2").send("cookies");
  },
  "/wrong-session-id": (req, res) => {
    Object.assign(req.session, req.query);
    (req as { sessionID: unknown }).sessionID = undefined;
    res.send("no id");
  },
  "/throw": (req) => {
    Object.assign(req.session, req.query);
    throw new TypeError("the page failed");
  },
  "/map": (req, res) => {
    Object.assign(req.session, { map: new Map([["a", 1]]) });
    res.send("map");
  },
  "/meanwhile": async (req, res, _next, { browser }) => {
    const { path, ...values } = req.query;
    await browser.clone().visit(path as string);
    Object.assign(req.session, values);
    res.send("meanwhile");
  },
  "/destroy-after": async (req, res, _next, { browser }) => {
    await browser.clone().visit(req.query["path"] as string);
    req.session.destroy((error) => void res.send(told(error)));
  },
  "/end-by-store": (req, res) => {
    req.sessionStore.destroy(req.sessionID, (error: unknown) => {
      Object.assign(req.session, req.query);
      res.send(told(error));
    });
  },
  "/count": (req, res) => {
    const session = sessionOf(req);
    session["nested"] = {
      count: Number((session["nested"] as Values | undefined)?.["count"] ?? 0) + 1,
    };
    res.json(session["nested"]);
  },
  "/flash/add": (req, res) => {
    req.flash("info", req.query["text"] as string);
    res.send("added");
  },
  "/flash/take": (req, res) => res.json(req.flash()),
};
