// Telling whether the browser spoke TLS.
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/response/message.ts";
import { isSecure, type TrustProxy } from "../../src/adapter/trust-proxy.ts";

const request = (encrypted: boolean | undefined, proto?: string): HttpRequest =>
  ({
    socket: { encrypted, remoteAddress: "10.0.0.1" },
    headers: proto === undefined ? {} : { "x-forwarded-proto": proto },
  }) as unknown as HttpRequest;

// First: a process warns once, and later tests would cause the warning, too.
describe("https from a proxy that is not trusted", () => {
  it("is one process warning, which says how to trust the proxy", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const req = { socket: {}, headers: { "x-forwarded-proto": "https" } } as never;
    expect([isSecure(req), isSecure(req, () => false)]).toEqual([false, false]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('app.set("trust proxy", 1)'),
    ]);
  });
});

describe("isSecure", () => {
  it.each<[string, boolean | undefined, string | undefined, TrustProxy | undefined, boolean]>([
    ["a TLS connection", true, undefined, undefined, true],
    ["a plain connection", undefined, undefined, undefined, false],
    ["a header from a proxy that is not trusted", undefined, "https", undefined, false],
    ["a header from a trusted proxy", undefined, "https", true, true],
    ["a trusted proxy that was asked in plain", undefined, "http", true, false],
    ["the first of several proxies", undefined, "HTTPS , http", true, true],
    ["a later one of several proxies", undefined, "http, https", true, false],
    ["a TLS connection from a proxy that was asked in plain", true, "http", true, true],
    ["an empty header", undefined, "", true, false],
  ])("judges %s", (_what, encrypted, proto, trustProxy, secure) => {
    expect(isSecure(request(encrypted, proto), trustProxy)).toBe(secure);
  });

  it("asks about the request whether its proxy is trusted", () => {
    const req = request(undefined, "https");
    expect(isSecure(req, ({ socket }) => socket.remoteAddress === "10.0.0.1")).toBe(true);
    expect(isSecure(req, ({ socket }) => socket.remoteAddress === "10.0.0.2")).toBe(false);
  });

  it("does not see a connection that is gone as secure", () => {
    expect(isSecure({ headers: {} } as HttpRequest)).toBe(false);
  });
});
