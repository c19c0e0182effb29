// Where keys come from, which are refused in which words, and which are warned of.
import { afterEach, describe, expect, it } from "vitest";
import {
  checkKeys,
  generateKeys,
  keysFromBytes,
  keysFromEnv,
  keysFromStrings,
  type KeyPair,
} from "../../src/codec/keys.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { ConfigError } from "../../src/errors.ts";

const A = "a".repeat(32);
const B = "b".repeat(32);
const E = "e".repeat(32);

describe("keysFromStrings", () => {
  it("pairs authentication and encryption keys, an odd last one signs only", () => {
    expect(keysFromStrings(A, E, B)).toEqual([
      { authentication: A, encryption: E },
      { authentication: B, encryption: undefined },
    ]);
    expect(keysFromStrings()).toEqual([]);
  });

  it("refuses the value of an environment variable that is not set", () => {
    expect(() => keysFromStrings(A, process.env["NOT_SET"] as string)).toThrow(
      "key 2 is undefined, not a string",
    );
  });
});

describe("keysFromBytes", () => {
  it("accepts bytes, and null for a pair that signs only", () => {
    const bytes = Uint8Array.of(0xff, 0);
    expect(keysFromBytes(bytes, null, bytes, bytes)).toEqual([
      { authentication: bytes, encryption: undefined },
      { authentication: bytes, encryption: bytes },
    ]);
  });

  it("refuses a value that is neither bytes nor null", () => {
    expect(() => keysFromBytes(A as unknown as Uint8Array)).toThrow(
      "For strings there is keysFromStrings.",
    );
  });
});

describe("keysFromEnv", () => {
  afterEach(() => {
    delete process.env["SESSION_KEYS"];
    delete process.env["OTHER_KEYS"];
  });

  it("reads SESSION_KEYS, or a variable of another name", () => {
    process.env["SESSION_KEYS"] = `${A},${E}`;
    process.env["OTHER_KEYS"] = ` ${A} , ${E},${B}\n`;
    expect(keysFromEnv()).toEqual(keysFromStrings(A, E));
    expect(keysFromEnv("OTHER_KEYS")).toEqual(keysFromStrings(A, E, B));
  });

  it.each([
    [undefined, "The environment variable SESSION_KEYS is not set"],
    ["", "The environment variable SESSION_KEYS is empty"],
    [" \n", "The environment variable SESSION_KEYS is empty"],
    [",", "Key 1 in the environment variable SESSION_KEYS is empty"],
    [`${A},,${B}`, "Key 2 in the environment variable SESSION_KEYS is empty"],
    [`${A},${E},`, "Key 3 in the environment variable SESSION_KEYS is empty"],
  ])("refuses %j", (text, message) => {
    if (text !== undefined) process.env["SESSION_KEYS"] = text;
    expect(() => keysFromEnv()).toThrow(ConfigError);
    expect(() => keysFromEnv()).toThrow(message);
  });

  it("names the variable and the command for a key from `openssl rand -hex 32`", () => {
    process.env["SESSION_KEYS"] = `${"0f".repeat(32)},${"0f".repeat(32)}`;
    expect(() => keysFromEnv()).toThrow(ConfigError);
    expect(() => keysFromEnv()).toThrow(
      /encryption key of pair 1 in the environment variable SESSION_KEYS is 64 bytes long.*`openssl rand -hex 16`/,
    );
    process.env["SESSION_KEYS"] = `${"0f".repeat(32)},${"0f".repeat(16)}`;
    expect(keysFromEnv()).toEqual(keysFromStrings("0f".repeat(32), "0f".repeat(16)));
  });
});

describe("generateKeys", () => {
  it("makes a new pair each time, of 32 characters that need no quotes", () => {
    const keys = generateKeys();
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(new Set([...keys, ...generateKeys()]).size).toBe(4);
    expect(() => checkKeys(keysFromStrings(...keys))).not.toThrow();
  });
});

describe("checkKeys", () => {
  it.each([16, 24, 32])("accepts an encryption key of %i bytes, in letters of any size", (size) => {
    const key = "é".repeat(size / 2);
    expect(() => checkKeys([{ authentication: A, encryption: key }])).not.toThrow();
    expect(() => checkKeys(keysFromBytes(Buffer.from(A), Buffer.from(key)))).not.toThrow();
    expect(createCodec(keysFromStrings(A, key)).encode("s", "id")).not.toBe("");
  });

  it.each<[string, readonly KeyPair[], string]>([
    ["no pairs", [], "No keys"],
    ["a string", A as unknown as KeyPair[], "The keys are not a list of pairs"],
    ["an empty key", keysFromStrings(""), "The authentication key of pair 1 is empty"],
    ["Go's nil for a key", keysFromBytes(null), "The authentication key of pair 1 is empty"],
    [
      "a missing key",
      [{ authentication: A }, {} as KeyPair],
      "The authentication key of pair 2 is missing",
    ],
    [
      "an empty encryption key, which is not Go's nil",
      keysFromBytes(Buffer.from(A), Buffer.alloc(0)),
      "The encryption key of pair 1 is 0 bytes long",
    ],
    [
      "an encryption key of 15 bytes behind a good pair",
      keysFromStrings(A, E, B, "e".repeat(15)),
      "The encryption key of pair 2 is 15 bytes long",
    ],
    [
      "an encryption key of 32 letters and 33 bytes",
      keysFromStrings(A, `${"e".repeat(31)}é`),
      "The encryption key of pair 1 is 33 bytes long",
    ],
    [
      "a number",
      [{ authentication: A, encryption: 5 as unknown as string }],
      "The encryption key of pair 1 is neither",
    ],
  ])("refuses %s, by name", (_, keys, message) => {
    expect(() => checkKeys(keys)).toThrow(ConfigError);
    expect(() => checkKeys(keys)).toThrow(message);
  });

  it("never quotes a key", () => {
    const secret = "secret secret";
    expect(() => checkKeys(keysFromStrings(A, secret))).not.toThrow(secret);
    expect(() => checkKeys(keysFromStrings(A, secret))).toThrow("13 bytes");
  });
});

describe("a codec with unusable or weak keys", () => {
  it("is refused if no pair can be used", () => {
    expect(() => createCodec([])).toThrow("No keys");
    expect(() => createCodec(keysFromStrings(A, "", "", E))).toThrow(
      /encryption key of pair 1 is 0 bytes.*authentication key of pair 2 is empty/,
    );
  });

  it("warns once per process of an authentication key under 32 bytes, and of every skipped pair", async () => {
    const warnings: string[] = [];
    const collect = (warning: Error & { code?: string }) => {
      if (warning.name === "RedistoreWarning") warnings.push(`${warning.code}: ${warning.message}`);
    };
    process.on("warning", collect);
    createCodec(keysFromBytes(Buffer.from(A)));
    createCodec(keysFromStrings(A, "", B.slice(1)));
    createCodec(keysFromStrings("weak"));
    // Warnings are emitted on the next tick.
    await new Promise(setImmediate);
    process.off("warning", collect);
    expect(warnings).toEqual([
      expect.stringMatching(/^REDISTORE_WEAK_KEY: .* pair 2 is shorter than 32 bytes/),
      expect.stringMatching(/^REDISTORE_UNUSABLE_KEY: .* pair 1 is 0 bytes/),
    ]);
  });
});
