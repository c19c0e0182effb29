// What a user's Express application may write, as an ES module; it asks itself once, and says "ok".
import type { AddressInfo } from "node:net";
import {
  createStore,
  keysFromStrings,
  type RediStore,
  type Session,
  withMemory,
} from "@redistore/core";
import { getSession, session } from "@redistore/express";
import express, { type NextFunction, type Request, type Response } from "express";

declare module "@redistore/core" {
  interface SessionData {
    views: number;
    cart: { item: string; count: number }[];
  }
}

interface Admin {
  role: "owner" | "editor";
}

const store: RediStore = await createStore(
  keysFromStrings("a-key-of-32-characters-for-tests"),
  withMemory(),
);
const admins = createStore<Admin>(
  keysFromStrings("a-key-of-32-characters-for-tests"),
  withMemory(),
);

const app = express();
app.use(session(store));
app.use("/admin", session(admins, "admin"));
app.use(
  session(store, { cookie: { sameSite: "strict" }, onError: (error: unknown) => void error }),
);

app.get("/", session(store), (req, res) => {
  req.session.views = (req.session.views ?? 0) + 1;
  req.session.cart = [{ item: "apple", count: 1 }];
  res.json(req.session);
});

export function wrong(req: Request): void {
  // @ts-expect-error -- a store comes first
  session();
  // @ts-expect-error -- no such option
  session(store, { maxAge: 1000 });
  // @ts-expect-error -- not a number
  req.session.views = "one";
  // @ts-expect-error -- no data of this application
  req.session.other = 1;
}

app.get("/promises", async (req: Request, res: Response) => {
  const saved: Promise<void> = req.session.save();
  await Promise.all([saved, req.session.touch(), req.session.reload()]);
  await req.session.regenerate({ principal: "ada", keep: ["cart"], grace: 5 });
  await req.session.regenerate();
  await req.session.destroy();
  res.end();
});

app.get("/callbacks", (req: Request, res: Response, next: NextFunction) => {
  req.session.save((error) => {
    if (error) next(error);
    req.session.regenerate({ keep: true }, () => {});
    req.session.regenerate(next).touch(() => res.end());
    req.session.reload(() => req.session.destroy(() => {}));
  });
});

app.get("/cookie", (req, res) => {
  req.session.cookie.maxAge = 3_600_000;
  const id: string = req.sessionID || req.session.id;
  res.send(id + String(req.session.cookie.originalMaxAge));
});

app.get("/core", async (req, res) => {
  const own: Session = getSession(req);
  own.addFlash("saved");
  const views: number = await own.update((values) => (values.views = (values.views ?? 0) + 1));
  const role: Admin["role"] | undefined = (await getSession<Admin>(req, "admin")).values.role;
  res.json([views, role, own.principal, req.session.views]);
});

const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const body = (await answer.json()) as { views: number };
  console.log(answer.headers.has("set-cookie") && body.views === 1 ? "ok" : answer.status);
  server.closeAllConnections();
  server.close();
  await store.close();
});
