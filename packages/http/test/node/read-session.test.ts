// Sessions of upgrade requests: read as ever, and never in need of a cookie.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { HeadersSentError, type Session } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { readSession, withSession } from "../../src/index.ts";
import { Browser, deferred } from "../../src/testing/index.ts";
import { type Data, dial, listen, memoryStore } from "../serve.ts";

/** The session of an upgrade request, by a browser that has one, `{ views: 1 }`, or by a new one. */
async function upgrade(browserIs: "known" | "new"): Promise<{
  session: Session<Data>;
  again: Session<Data>;
  stored: () => Promise<Data>;
  count: () => Promise<number>;
}> {
  const store = await memoryStore();
  const sessions = deferred<Session<Data>[]>();
  const server = createServer(
    withSession(store, (_req, res, { values }) => {
      values["views"] = 1;
      res.end();
    }),
  );
  const read = async (req: IncomingMessage): Promise<Session<Data>[]> => [
    await readSession(store, req),
    await readSession(store, req, "session"),
  ];
  server.on("upgrade", (req, socket) => {
    read(req).then(sessions.resolve, sessions.reject);
    socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  });
  const port = await listen(server);
  const browser = new Browser(`http://127.0.0.1:${port}`);
  if (browserIs === "known") await browser.visit("/");
  const cookie = browser.cookies.get("session") ?? "";
  const { socket } = dial(port);
  socket.write(
    `GET / HTTP/1.1\r\nHost: a\r\nUpgrade: test\r\nConnection: Upgrade\r\nCookie: session=${cookie}\r\n\r\n`,
  );
  await once(socket, "close");
  const [session, again] = await sessions.promise;
  if (!session || !again) throw new Error("No upgrade came.");
  const stored = async (): Promise<Data> => ({ ...(await store.load("session", cookie)).values });
  return { session, again, stored, count: () => store.count() };
}

describe("readSession", () => {
  it("gives the session that the request names, once", async () => {
    const { session, again } = await upgrade("known");
    expect({ ...session.values }).toEqual({ views: 1 });
    expect(again).toBe(session);
  });

  it("stores what save and update are called for", async () => {
    const { session, stored } = await upgrade("known");
    session.values["socket"] = true;
    expect(await stored()).toEqual({ views: 1 });
    await session.save();
    await session.update((values) => (values["views"] = Number(values["views"]) + 1));
    expect(await stored()).toEqual({ views: 2, socket: true });
  });

  it("ends the session when it is destroyed", async () => {
    const { session, stored } = await upgrade("known");
    await session.destroy();
    expect(await stored()).toEqual({});
  });

  it("refuses to begin a session whose cookie could not be sent", async () => {
    const { session, count } = await upgrade("new");
    await session.save();
    session.values["socket"] = true;
    await expect(session.save()).rejects.toThrow(HeadersSentError);
    await expect(session.update(() => {})).rejects.toThrow(
      'update() of the session "session" needs a cookie',
    );
    expect(await count()).toBe(0);
  });

  it("refuses to move a session to an id of which the browser would not learn", async () => {
    const { session, stored } = await upgrade("known");
    await expect(session.regenerate()).rejects.toThrow(HeadersSentError);
    expect(await stored()).toEqual({ views: 1 });
  });
});
