// What users of WebSocket libraries expect of a session, as one set of tests over a real Redis: no response stores it, and none sends a cookie.
import { createStore, isRedistoreError, type RediStore, type Session } from "@redistore/core";
import type { Browser, Listener } from "@redistore/http/testing";
import { expect, it, onTestFinished } from "vitest";
import { startRedis } from "../../redis/server.ts";
import { KEYS, redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";

export interface SocketData {
  user?: string;
  views?: number;
}

/** What the libraries call `session` on the request or the context. */
interface SocketSession extends SocketData {
  save(): Promise<void>;
  regenerate(): Promise<void>;
  destroy(): Promise<void>;
}

/** What has the session: a request, or Koa's context. */
export interface SessionOwner {
  session: SocketSession;
}

/** A library's server, with an HTTP side that serves {@link page}, and sockets that send what {@link obey} returns. */
interface SocketServer {
  readonly listener: Listener;
  /** Resolves when the server's handler listens. `cookie` is a header. */
  connect(origin: string, cookie: string): Promise<Client>;
  /** Resolves when the server has turned a client away. */
  refused(origin: string, cookie: string): Promise<unknown>;
}

/** A client's socket. It is closed after the test. */
export interface Client {
  /** Resolves with the next message from the server. */
  say(command: string): Promise<string>;
}

/** The HTTP side of the server. */
export async function page(path: string, owner: SessionOwner): Promise<string> {
  const { session } = owner;
  if (path === "/login") session.user = "ada";
  if (path === "/count") session.views = (session.views ?? 0) + 1;
  if (path === "/logout") {
    await session.destroy();
    return "out";
  }
  return show(session);
}

/** What the handler of a socket does with a command, and what it sends: the code of an error that it meets. */
export async function obey(
  command: string,
  owner: SessionOwner,
  core: Session<SocketData>,
): Promise<string> {
  const { session } = owner;
  try {
    if (command === "set") session.user = "bob";
    if (command === "save") {
      session.user = "eve";
      await session.save();
    }
    if (command === "update") {
      await core.update((values) => void (values.views = (values.views ?? 0) + 1));
    }
    if (command === "regenerate") await session.regenerate();
    if (command === "destroy") {
      await session.destroy();
      return "out";
    }
    return show(session);
  } catch (error) {
    return isRedistoreError(error) ? error.code : String(error);
  }
}

const show = ({ user, views }: SocketData): string => `${user ?? "guest"} ${views ?? 0}`;

interface Scene {
  readonly browser: Browser;
  readonly store: RediStore<SocketData>;
  readonly server: SocketServer;
  /** A socket with the cookies of the browser. */
  readonly connect: () => Promise<Client>;
}

type Open = (store: RediStore<SocketData>) => Promise<SocketServer>;

async function serve(open: Open, url?: string): Promise<Scene> {
  const store = await createStore<SocketData>(KEYS, ...redisOptions(url));
  onTestFinished(() => store.close());
  const server = await open(store);
  const browser = await visit(server.listener);
  return { browser, store, server, connect: () => server.connect(browser.origin, cookie(browser)) };
}

const cookie = (browser: Browser): string =>
  [...browser.cookies].map((pair) => pair.join("=")).join("; ");

/** The tests, for a `describe` that names the library. */
export function socketStory(open: Open): void {
  it("gives a socket the session of its handshake, and stores what it saves", async () => {
    const { browser, connect } = await serve(open);
    await browser.visit("/login");
    const client = await connect();
    expect(await client.say("show")).toBe("ada 0");
    expect(await client.say("save")).toBe("eve 0");
    expect((await browser.visit("/show")).text).toBe("eve 0");
  });

  it("loses no write of sockets and requests of one session", async () => {
    const { browser, connect } = await serve(open);
    await browser.visit("/login");
    const [first, second] = await Promise.all([connect(), connect()]);
    await browser.visit("/count");
    await Promise.all([first.say("update"), second.say("update")]);
    await first.say("save");
    expect((await browser.visit("/show")).text).toBe("eve 3");
  });

  it("refuses what would need a cookie, and leaves no record", async () => {
    const { browser, connect, store } = await serve(open);
    const guest = await connect();
    for (const command of ["save", "update", "regenerate"]) {
      expect(await guest.say(command)).toBe("ERR_REDISTORE_HEADERS_SENT");
    }
    expect(await guest.say("set")).toBe("bob 0");
    expect(await store.count()).toBe(0);
    await browser.visit("/login");
    expect(await (await connect()).say("regenerate")).toBe("ERR_REDISTORE_HEADERS_SENT");
    expect((await browser.visit("/show")).text).toBe("ada 0");
    expect(await store.count()).toBe(1);
  });

  it("ends with a logout, by HTTP or by a socket", async () => {
    const { browser, connect, store } = await serve(open);
    await browser.visit("/login");
    const client = await connect();
    await browser.visit("/logout");
    expect(await client.say("save")).toBe("ERR_REDISTORE_GONE");
    await browser.visit("/login");
    expect(await (await connect()).say("destroy")).toBe("out");
    expect((await browser.visit("/show")).text).toBe("guest 0");
    expect(await store.count()).toBe(0);
  });

  it("survives an outage, and saves again afterwards", async () => {
    const redis = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    onTestFinished(() => redis.stop());
    const { browser, connect, server } = await serve(open, redis.url);
    await browser.visit("/login");
    const client = await connect();
    await redis.kill();
    expect(await client.say("update")).toBe("ERR_REDISTORE_UNAVAILABLE");
    await server.refused(browser.origin, cookie(browser));
    await redis.start();
    expect(await client.say("update")).toBe("ada 1");
    expect(await (await connect()).say("show")).toBe("ada 1");
  });
}
