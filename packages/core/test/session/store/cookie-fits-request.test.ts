// A session begins only where its cookie can come back: over TLS if the cookie is secure, and below the cookie's path.
import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { CookieCarrier } from "../../../src/cookies/cookie-carrier.ts";
import type { ResolvedCookieOptions } from "../../../src/options/cookie-options.ts";
import type { Session } from "../../../src/session/session.ts";
import { openStore } from "./open-store.ts";

type Values = Record<string, unknown>;

const carrier = (path: string | undefined, isSecure: boolean): CookieCarrier => ({
  canSendCookies: () => true,
  isSecure: () => isSecure,
  path,
});

/** Requests to one store, whose process warnings are counted. A process warns once of each name. */
async function scene(cookie: Partial<ResolvedCookieOptions>) {
  const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  const name = `session-${randomUUID()}`;
  const { store, browser } = await openStore({ cookie });
  const request = async (
    path: string | undefined,
    isSecure: boolean,
    act: (session: Session<Values>) => unknown,
  ): Promise<string[]> => {
    const values = [browser.jar.get(name) ?? []].flat();
    const session = await store.load(name, values, undefined, carrier(path, isSecure));
    await act(session);
    const cookies = await store.save(session);
    browser.receive(cookies);
    return cookies.map(String);
  };
  const warnings = (): string[] => warned.mock.calls.map(([warning]) => String(warning));
  return { store, request, warnings };
}

const set = ({ values }: Session<Values>): void => void (values["seen"] = true);

describe("a new session", () => {
  it.each<[string, (session: Session<Values>) => unknown]>([
    ["the response", set],
    ["save()", async (session) => (set(session), await session.save())],
    ["update()", (session) => session.update((values) => void (values["seen"] = true))],
  ])("is not stored by %s over plain HTTP if its cookie is secure", async (_how, act) => {
    const { store, request, warnings } = await scene({ secure: true });
    expect([await request("/", false, act), await request("/", false, act)]).toEqual([[], []]);
    expect(await store.count()).toBe(0);
    expect(warnings()).toEqual([expect.stringContaining('Set secure to "auto"')]);
    expect(await request("/", true, act)).toHaveLength(1);
  });

  it.each(["/", "/shop", "/administrator"])(
    "is not stored by a request to %s if its cookie has the path /admin",
    async (path) => {
      const { store, request, warnings } = await scene({ path: "/admin" });
      expect([await request(path, true, set), await request(path, true, set)]).toEqual([[], []]);
      expect(await store.count()).toBe(0);
      expect(warnings()).toEqual([expect.stringContaining("Mount the middleware below this path")]);
    },
  );

  it.each([
    ["/admin", "/admin"],
    ["/admin/x", "/admin"],
    ["/admin/x", "/admin/"],
    ["/admin", "/"],
    [undefined, "/admin"],
  ])("is stored by a request to %s if its cookie has the path %s", async (path, cookiePath) => {
    const { store, request, warnings } = await scene({ path: cookiePath });
    expect(await request(path, false, set)).toHaveLength(1);
    expect([await store.count(), warnings()]).toEqual([1, []]);
  });
});

it.each([
  ["removed over TLS", true, 1],
  ["left alone over plain HTTP, where browsers ignore Secure cookies", false, 0],
])("a secure cookie that is worth nothing is %s", async (_what, isSecure, count) => {
  const { store, clock } = await openStore({ cookie: { secure: true } });
  const session = store.create();
  session.values["seen"] = true;
  const [cookie] = await store.save(session);
  clock.now += 31 * 86_400;
  const late = await store.load("session", cookie?.value ?? "", undefined, carrier("/", isSecure));
  expect(late.rejected).toBe("expired");
  expect(await store.save(late)).toHaveLength(count);
});

describe("a stored session with a secure cookie", () => {
  it.each([
    ["sends a renewal over TLS", true, 1],
    ["sends no renewal over plain HTTP, where others could read it", false, 0],
  ])("%s", async (_what, isSecure, count) => {
    const { request } = await scene({ secure: true });
    await request("/", true, set);
    expect(await request("/", isSecure, (session) => session.touch())).toHaveLength(count);
  });

  it("keeps its id over plain HTTP: regenerate() is refused, and says what to do", async () => {
    const { store, request } = await scene({ secure: true });
    await request("/", true, set);
    await request("/", false, (session) =>
      expect(session.regenerate()).rejects.toThrow(/plain HTTP. Set secure to "auto"/),
    );
    await request("/", true, ({ values }) => expect(values).toEqual({ seen: true }));
    expect(await store.count()).toBe(1);
  });

  it("is saved over plain HTTP", async () => {
    const { request } = await scene({ secure: true });
    await request("/", true, set);
    expect(await request("/", false, ({ values }) => (values["more"] = 1))).toEqual([]);
    await request("/", true, ({ values }) => expect(values).toEqual({ seen: true, more: 1 }));
  });
});
