// One session for each request and name, with the options of its mount.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ConfigError, type Session, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { attach, getSession, type HttpSessionOptions } from "../../src/index.ts";
import { Browser, controlStore } from "../../src/testing/index.ts";
import { type Data, listen, memoryStore } from "../serve.ts";

type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;

/** Serves a listener as it is; the response is what it rejects with. */
async function serve(handle: Handle): Promise<Browser> {
  const server = createServer((req, res) => {
    handle(req, res).then(
      () => res.end(),
      (error: unknown) => res.end(String(error)),
    );
  });
  return new Browser(`http://127.0.0.1:${await listen(server)}`);
}

describe("getSession", () => {
  it("gives everybody who asks the same session, also at the same time", async () => {
    const store = await memoryStore();
    const got = new Set<Session<Data>>();
    const browser = await serve(async (req, res) => {
      const both = [getSession(store, req, res), getSession(store, req, res, "session")];
      for (const session of await Promise.all(both)) got.add(session);
      got.add(await getSession(Promise.resolve(store), req, res, { name: "session" }));
    });
    await browser.visit("/");
    expect(got.size).toBe(1);
  });

  it("gives another one to every request, and under every name", async () => {
    const store = await memoryStore();
    const got = new Set<Session<Data>>();
    const browser = await serve(async (req, res) => {
      got.add(await getSession(store, req, res)).add(await getSession(store, req, res, "admin"));
    });
    await browser.visit("/");
    await browser.visit("/");
    expect(got.size).toBe(4);
  });

  it("gives the same one through another copy of this package", async () => {
    const store = await memoryStore();
    vi.resetModules();
    const copy = await import("../../src/index.ts");
    expect(copy.getSession).not.toBe(getSession);
    const got = new Set<Session<Data>>();
    const browser = await serve(async (req, res) => {
      got.add(await getSession(store, req, res)).add(await copy.getSession(store, req, res));
    });
    await browser.visit("/");
    expect(got.size).toBe(1);
  });

  it("takes the session from the Cookie header alone: not from the URL, the body or another header", async () => {
    const store = await memoryStore();
    const browser = await serve(async (req, res) => {
      const session = await getSession(store, req, res);
      res.setHeader("x-is-new", String(session.isNew));
      if (req.url === "/begin") session.values.seen = true;
    });
    await browser.visit("/begin");
    const value = browser.cookies.get("session") ?? "";
    let id = "";
    for await (const each of store.ids()) id = each;
    const stranger = new Browser(browser.origin);
    for (const secret of [value, id]) {
      const body = `session=${encodeURIComponent(secret)}`;
      const { headers } = await stranger.visit(`/${secret};session=${secret}?${body}`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          authorization: `Bearer ${secret}`,
          session: secret,
          "x-session": secret,
          "set-cookie": `session=${secret}`,
        },
      });
      expect(headers["x-is-new"]).toBe("true");
    }
    expect((await browser.visit("/")).headers["x-is-new"]).toBe("false");
  });

  it("says that the store is away, never gives an empty session for it, and tries anew when asked again", async () => {
    const gated = controlStore(await memoryStore());
    const browser = await serve(async (req, res) => {
      if (req.url === "/again") {
        await getSession(gated.store, req, res).catch(() => gated.failLoads(undefined));
      }
      const { values } = await getSession(gated.store, req, res);
      values["seen"] = true;
    });
    gated.failLoads(new StoreUnavailableError("Redis is away."));
    expect((await browser.visit("/")).text).toContain("Redis is away.");
    const again = await browser.visit("/again");
    expect([again.text, again.setCookie.length]).toEqual(["", 1]);
  });

  it("refuses an option that it does not have, and names the one that was meant", async () => {
    const store = await memoryStore();
    const browser = await serve(async (req, res) =>
      getSession(store, req, res, { trustproxy: true } as never),
    );
    expect((await browser.visit("/")).text).toMatch(/no option "trustproxy".*"trustProxy"/);
  });

  it("refuses one name from two stores, whose cookies would overwrite each other", async () => {
    const [one, two] = [await memoryStore(), await memoryStore()];
    const errors: unknown[] = [];
    const browser = await serve(async (req, res) => {
      await getSession(one, req, res);
      await getSession(two, req, res, "other");
      await getSession(two, req, res).catch((error: unknown) => errors.push(error));
    });
    await browser.visit("/");
    expect(errors).toEqual([expect.any(ConfigError)]);
    expect(String(errors[0])).toContain('"session" from another store');
  });

  it("sends the error response itself, and warns, if a save fails and no other code responds", async () => {
    const gated = controlStore(await memoryStore());
    const browser = await serve(async (req, res) => {
      (await getSession(gated.store, req, res)).values["seen"] = true;
    });
    gated.failSaves(new StoreUnavailableError("Redis is away."));
    const emitWarning = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => emitWarning.mockRestore());
    expect((await browser.visit("/")).status).toBe(503);
    expect(emitWarning.mock.calls).toEqual([
      [
        "Redis is away.",
        {
          type: "RedistoreWarning",
          code: "ERR_REDISTORE_UNAVAILABLE",
          detail: expect.stringContaining("get-session.test.ts"),
        },
      ],
    ]);
  });
});

/** Keeps something in a session with these options, or ends it at `/end`. */
async function mount(options: string | HttpSessionOptions): Promise<Browser> {
  const store = await memoryStore();
  return serve(async (req, res) => {
    const session = await getSession(store, req, res, options);
    if (req.url === "/admin/end") await session.destroy();
    else session.values["seen"] = true;
  });
}

describe("the options of a session", () => {
  it.each(["admin", { name: "admin" }])("name its cookie: %j", async (options) => {
    const { setCookie } = await (await mount(options)).visit("/");
    expect(setCookie).toEqual([expect.stringMatching(/^admin=/)]);
  });

  it("give the cookie its attributes, also when it is cleared by another request", async () => {
    const browser = await mount({ cookie: { path: "/admin", sameSite: "strict", maxAge: 60 } });
    const { setCookie } = await browser.visit("/admin");
    expect(setCookie.join()).toMatch(/; Path=\/admin;.*; Max-Age=60; HttpOnly; SameSite=Strict$/);
    // Nothing new to say.
    expect((await browser.visit("/admin")).setCookie).toEqual([]);
    const { setCookie: cleared } = await browser.visit("/admin/end");
    expect(cleared.join()).toMatch(/^session=; Path=\/admin;.*Max-Age=0;/);
  });

  it("are checked", async () => {
    const browser = await mount({ cookie: { path: "admin" } });
    expect((await browser.visit("/")).text).toMatch(/ConfigError.*path is 'admin'/);
  });

  it.each<[HttpSessionOptions, boolean]>([
    [{}, false],
    [{ trustProxy: true }, true],
    [{ trustProxy: (req) => req.url === "/" }, true],
    [{ trustProxy: (req) => req.url === "/other" }, false],
  ])("say whether X-Forwarded-Proto is believed: %j", async (options, secure) => {
    const headers = { "x-forwarded-proto": "https" };
    const { setCookie } = await (await mount(options)).visit("/", { headers });
    expect(setCookie.join().includes("; Secure")).toBe(secure);
  });
});

describe("attach", () => {
  it("keeps the hooks it was given first", async () => {
    const gated = controlStore(await memoryStore());
    const taken: string[] = [];
    const browser = await serve(async (req, res) => {
      attach(req, res);
      for (const name of ["first", "second"]) {
        attach(req, res, { onFailure: () => taken.push(name) === 0, onError: () => {} });
      }
      (await getSession(gated.store, req, res)).values["seen"] = true;
    });
    gated.failSaves(new Error("down"));
    await browser.visit("/");
    expect(taken).toEqual(["first"]);
  });
});
