// An adapter for fetch-style servers, written on @redistore/core/web alone: the sessions of a Request, stored before its Response.
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../../test/stores.ts";
import {
  HeadersSentError,
  type RediStore,
  type Session,
  StoreUnavailableError,
} from "../../src/index.ts";
import {
  failureResponse,
  mergeSetCookies,
  openStore,
  RequestSessions,
  type SessionOptions,
  type StoreInput,
} from "../../src/web/index.ts";

type Handler<Values extends object> = (
  request: Request,
  session: Session<Values>,
) => Response | Promise<Response>;

/** The whole adapter. */
function withSession<Values extends object>(
  input: StoreInput<Values>,
  handler: Handler<Values>,
  options: SessionOptions = {},
): (request: Request) => Promise<Response> {
  return async function respond(request) {
    const url = new URL(request.url);
    const sessions = new RequestSessions({
      cookieHeader: request.headers.get("cookie") ?? undefined,
      path: url.pathname,
      isSecure: () => url.protocol === "https:",
    });
    sessions.canSendCookies = true;
    let response: Response;
    try {
      const store = await openStore("withSession", input);
      response = await handler(request, await sessions.get(store, options));
      const due = sessions.due();
      if (due) await sessions.settle(due);
    } catch (error) {
      const { status, headers } = failureResponse(error);
      response = new Response(null, { status, headers });
    }
    sessions.canSendCookies = false;
    const headers = new Headers(response.headers);
    const lines = mergeSetCookies(headers.getSetCookie(), sessions.cookies);
    headers.delete("set-cookie");
    for (const line of lines) headers.append("set-cookie", line);
    if (sessions.cookies.length > 0) headers.set("cache-control", "no-store");
    return new Response(response.body, { status: response.status, headers });
  };
}

interface Data {
  views: number;
}

const count: Handler<Data> = (_request, { values }) =>
  new Response(String((values.views = (values.views ?? 0) + 1)));

/** Visits as one browser: sends back the cookie it got. */
async function visit(
  serve: (request: Request) => Promise<Response>,
  cookie = "",
): Promise<{ status: number; text: string; cookies: string[]; cookie: string }> {
  const response = await serve(new Request("https://example.com/", { headers: { cookie } }));
  const cookies = response.headers.getSetCookie();
  const [next = cookie] = cookies[0]?.split(";", 1) ?? [];
  return { status: response.status, text: await response.text(), cookies, cookie: next };
}

const dataStore = (): Promise<RediStore<Data>> => memoryStore();

describe("an adapter for fetch-style servers", () => {
  it("keeps a session from request to request", async () => {
    const serve = withSession(await dataStore(), count);
    const first = await visit(serve);
    expect([first.text, first.cookies]).toEqual(["1", [expect.stringContaining("; Secure")]]);
    const second = await visit(serve, first.cookie);
    expect([second.text, second.cookies]).toEqual(["2", []]);
  });

  it("keeps the cookies of the application", async () => {
    const serve = withSession(await dataStore(), (_request, { values }) => {
      values.views = 1;
      return new Response("", { headers: { "set-cookie": "theme=dark" } });
    });
    expect((await visit(serve)).cookies).toEqual([
      "theme=dark",
      expect.stringMatching(/^session=/),
    ]);
  });

  it("sends the status of an error, and no cookie", async () => {
    const store = await dataStore();
    const serve = withSession(store, count);
    await store.close();
    const { status, cookies, text } = await visit(serve);
    expect([status, cookies, text]).toEqual([503, [], ""]);
  });

  it("refuses to start a session after the response, and stores nothing", async () => {
    const store = await dataStore();
    let late: Session<Data> | undefined;
    const serve = withSession(store, (_request, session) => {
      late = session;
      return new Response("");
    });
    await visit(serve);
    if (!late) throw new Error("The handler was not called.");
    late.values.views = 1;
    await expect(late.save()).rejects.toThrow(HeadersSentError);
    expect(await store.count()).toBe(0);
  });

  it("starts the store by a function, and again after a start that failed", async () => {
    let starts = 0;
    const store = await dataStore();
    const start = async (): Promise<RediStore<Data>> => {
      if (++starts === 1) throw new StoreUnavailableError("Redis is starting.");
      return store;
    };
    const serve = withSession(start, count);
    expect(await Promise.all([visit(serve), visit(serve)])).toMatchObject([
      { status: 503 },
      { status: 503 },
    ]);
    expect(starts).toBe(1);
    expect(await Promise.all([visit(serve), visit(serve)])).toMatchObject([
      { status: 200 },
      { status: 200 },
    ]);
    expect(starts).toBe(2);
  });
});
