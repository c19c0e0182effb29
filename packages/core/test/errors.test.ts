// The errors: what a caller, and a client, learns from them.
import { describe, expect, it } from "vitest";
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
    "has its name, its code and the status HTTP has for it: %s",
    (error, code, status) => {
      expect(error).toBeInstanceOf(RedistoreError);
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(error.constructor.name);
      expect([error.code, error.status]).toEqual([code, status]);
      expect(isRedistoreError(error)).toBe(true);
    },
  );

  it("is shown to a client where the client can mend it", () => {
    expect(ALL.filter(([error]) => error.expose).map(([error]) => error.name)).toEqual([
      "ConflictError",
      "SessionGoneError",
    ]);
  });

  it("keeps what caused it, and has no cause where there is none", () => {
    const cause = new Error("socket closed");
    expect(new StoreUnavailableError("x", { cause }).cause).toBe(cause);
    expect("cause" in new StoreUnavailableError("x")).toBe(false);
    expect(new ConfigError("x", { cause: undefined })).toHaveProperty("cause", undefined);
  });
});

describe("what single errors tell", () => {
  it("is the key to blame, and that the outcome is open", () => {
    expect(new SessionTooLargeError("x", { key: "cart" }).key).toBe("cart");
    expect(new SerializationError("x", { key: "cart.a" }).key).toBe("cart.a");
    expect(new SessionTooLargeError("x").key).toBeUndefined();
    expect(new SerializationError("x").key).toBeUndefined();
    expect(new StoreUnavailableError("x").outcome).toBe("none");
    expect(new StoreUnavailableError("x", { outcome: "unknown" }).outcome).toBe("unknown");
  });

  it("is when to come again, in lower case as node:http takes it", () => {
    expect(new StoreUnavailableError("x").headers).toEqual({ "retry-after": "1" });
    expect(new ConflictError("x").headers).toBeUndefined();
  });
});

describe("an error of another copy of the package", () => {
  it("is told by its code", () => {
    const foreign = Object.assign(new Error("x"), { code: "ERR_REDISTORE_GONE" });
    expect(foreign).not.toBeInstanceOf(RedistoreError);
    expect(isRedistoreError(foreign)).toBe(true);
  });

  it.each([
    undefined,
    null,
    "ERR_REDISTORE_GONE",
    { code: "ERR_REDISTORE_GONE" },
    new Error("ERR_REDISTORE_GONE"),
    Object.assign(new Error("x"), { code: "ERR_REDISTORE_OTHER" }),
    Object.assign(new Error("x"), { code: 42 }),
  ])("is not taken for one where it is none: %s", (other) => {
    expect(isRedistoreError(other)).toBe(false);
  });
});
