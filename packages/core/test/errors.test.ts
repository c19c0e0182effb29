// The error classes: what a caller, a framework and a client learn from each.
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import {
  ConfigError,
  ConflictError,
  HeadersSentError,
  isRedistoreError,
  RedistoreError,
  SerializationError,
  SessionGoneError,
  SessionTooLargeError,
  StoreUnavailableError,
  type AnyRedistoreError,
} from "../src/errors.ts";

const ALL: readonly [AnyRedistoreError, string, number | undefined][] = [
  [new ConfigError("x"), "ERR_REDISTORE_CONFIG", undefined],
  [new SessionTooLargeError("x", { key: "cart" }), "ERR_REDISTORE_TOO_LARGE", undefined],
  [new SerializationError("x", { key: "cart.a" }), "ERR_REDISTORE_SERIALIZATION", undefined],
  [new StoreUnavailableError("x"), "ERR_REDISTORE_UNAVAILABLE", 503],
  [new ConflictError("x"), "ERR_REDISTORE_CONFLICT", 409],
  [new SessionGoneError("x"), "ERR_REDISTORE_GONE", 409],
  [new HeadersSentError("x"), "ERR_REDISTORE_HEADERS_SENT", undefined],
];

describe("every error", () => {
  it.each(ALL)(
    "has a name, a code, and the same status and statusCode: %s",
    (error, code, status) => {
      expect(error).toBeInstanceOf(RedistoreError);
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(error.constructor.name);
      expect([error.code, error.status, error.statusCode]).toEqual([code, status, status]);
      expect(isRedistoreError(error)).toBe(true);
    },
  );

  it("keeps its message from clients, because it is advice to developers", () => {
    for (const [error] of ALL) expect(error.expose).toBe(false);
  });

  it("can be given another status by http-errors, as ctx.throw of Koa does", () => {
    for (const [error] of ALL) {
      expect(() =>
        Object.assign(error, { status: 500, statusCode: 500, expose: false }),
      ).not.toThrow();
    }
  });

  it("prints no property without a value", () => {
    for (const [error] of ALL) expect(inspect(error)).not.toContain("undefined");
  });

  it("has a cause only if it was given one", () => {
    const cause = new Error("socket closed");
    expect(new StoreUnavailableError("x", { cause }).cause).toBe(cause);
    expect("cause" in new StoreUnavailableError("x")).toBe(false);
    expect(new ConfigError("x", { cause: undefined })).toHaveProperty("cause", undefined);
  });
});

describe("a property of one class", () => {
  it("is the key at fault, or whether the session was stored", () => {
    expect(new SessionTooLargeError("x", { key: "cart" }).key).toBe("cart");
    expect(new SerializationError("x", { key: "cart.a" }).key).toBe("cart.a");
    expect(new SessionTooLargeError("x").key).toBeUndefined();
    expect(new SerializationError("x").key).toBeUndefined();
    expect(new StoreUnavailableError("x").outcome).toBe("none");
    expect(new StoreUnavailableError("x", { outcome: "unknown" }).outcome).toBe("unknown");
  });

  it("is the Retry-After header of a 503", () => {
    expect(new StoreUnavailableError("x").headers).toEqual({ "retry-after": "1" });
    expect(new ConflictError("x").headers).toBeUndefined();
  });
});

describe("an error of another copy of the package", () => {
  it("is an instance of its own class, of the base class, and of no other", async () => {
    vi.resetModules();
    const copy = await import("../src/errors.ts");
    const error: unknown = new copy.SessionGoneError("x");
    expect(copy.SessionGoneError).not.toBe(SessionGoneError);
    expect(error).toBeInstanceOf(SessionGoneError);
    expect(error).toBeInstanceOf(RedistoreError);
    expect(error).not.toBeInstanceOf(ConflictError);
  });

  it("is no instance of a class that an application derives", async () => {
    class LogoutError extends SessionGoneError {}
    vi.resetModules();
    const copy = await import("../src/errors.ts");
    expect(new copy.SessionGoneError("x")).not.toBeInstanceOf(LogoutError);
    expect(new SessionGoneError("x")).not.toBeInstanceOf(LogoutError);
    expect(new LogoutError("x")).toBeInstanceOf(SessionGoneError);
    expect(new LogoutError("x")).toBeInstanceOf(copy.SessionGoneError);
  });

  it("is recognised by its code", () => {
    const other = Object.assign(new Error("x"), { code: "ERR_REDISTORE_GONE" });
    expect(other).not.toBeInstanceOf(RedistoreError);
    expect(isRedistoreError(other)).toBe(true);
  });

  it.each([
    undefined,
    null,
    "ERR_REDISTORE_GONE",
    { code: "ERR_REDISTORE_GONE" },
    new Error("ERR_REDISTORE_GONE"),
    Object.assign(new Error("x"), { code: "ERR_REDISTORE_OTHER" }),
    Object.assign(new Error("x"), { code: 42 }),
  ])("is not recognised without one: %s", (other) => {
    expect(isRedistoreError(other)).toBe(false);
  });
});
