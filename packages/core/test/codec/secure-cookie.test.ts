// The codec beyond the vectors of Go: keys, names, ages, lengths, options and base64.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyPair } from "../../src/codec/keys.ts";
import { createCodec, decodeBase64, encodeBase64 } from "../../src/codec/secure-cookie.ts";
import { newSessionId } from "../../src/codec/session-id.ts";
import { ConfigError } from "../../src/errors.ts";
import { SEED } from "./property-seed.ts";

const pair = (letter: string): KeyPair => ({ authentication: letter.repeat(32) });
const encrypting = (letter: string, encryption: string): KeyPair => ({
  authentication: letter.repeat(32),
  encryption: encryption.repeat(32),
});
const keyPairs = fc.record({
  authentication: fc.uint8Array({ minLength: 32, maxLength: 100 }),
  encryption: fc.option(
    fc.oneof(...[16, 24, 32].map((size) => fc.uint8Array({ minLength: size, maxLength: size }))),
  ),
});

describe("the codec", () => {
  it("decodes every id that it encoded, with every kind of key", () => {
    const ids = fc.string({ unit: "binary", maxLength: 1000 });
    fc.assert(
      fc.property(keyPairs, fc.string({ unit: "binary" }), ids, (keys, name, id) => {
        const codec = createCodec([keys], { maxLength: 0 });
        expect(codec.decode(name, codec.encode(name, id))).toMatchObject({ id, keyIndex: 0 });
      }),
      SEED,
    );
  });

  it("rejects a cookie signed for another name", () => {
    const codec = createCodec([pair("a")]);
    const value = codec.encode("session", "id");
    expect(codec.decode("Session", value).rejected).toBe("tampered");
    expect(codec.decode("session", value).rejected).toBeUndefined();
    // Also after it was verified, and cached, under its own name.
    expect(codec.decode("Session", value).rejected).toBe("tampered");
    expect(codec.decode("session|", value).rejected).toBe("tampered");
  });

  it("decodes with every pair, reports which, and encodes with the first", () => {
    const old = createCodec([encrypting("b", "e")]).encode("session", "id");
    const rotated = createCodec([pair("a"), encrypting("b", "e")]);
    expect(rotated.decode("session", old)).toMatchObject({ id: "id", keyIndex: 1 });
    expect(rotated.decode("session", rotated.encode("session", "id"))).toMatchObject({
      keyIndex: 0,
    });
    expect(createCodec([pair("a")]).decode("session", old).rejected).toBe("tampered");
  });

  it("finds the pair that decrypts if two pairs have the same authentication key", () => {
    const old = createCodec([encrypting("a", "o")]).encode("session", newSessionId());
    const rotated = createCodec([encrypting("a", "n"), encrypting("a", "o")]);
    expect(rotated.decode("session", old)).toMatchObject({ keyIndex: 1 });
  });

  it("never takes a value for an id that was only signed, if the pair encrypts", () => {
    const codec = createCodec([encrypting("a", "e")], { now: () => 1 });
    for (const id of [newSessionId(), "", "x".repeat(100)]) {
      const signed = createCodec([pair("a")], { now: () => 1 }).encode("session", id);
      expect(codec.decode("session", signed)).toMatchObject({ rejected: "malformed" });
    }
  });

  it("makes values that no reader of cookies or URLs decodes to another text", () => {
    fc.assert(
      fc.property(keyPairs, fc.string({ unit: "binary", maxLength: 100 }), (keys, id) => {
        expect(createCodec([keys]).encode("session", id)).toMatch(/^[\w-]+={0,2}$/);
      }),
      SEED,
    );
  });

  it("reports tampered only if no key made the MAC, in any order of the keys", () => {
    const encrypted = createCodec([encrypting("a", "e")], { now: () => 1 });
    const value = encrypted.encode("session", newSessionId());
    const rejection = (keys: KeyPair[], now: number) =>
      createCodec(keys, { maxAge: 10, now: () => now }).decode("session", value).rejected;
    expect(rejection([pair("b"), encrypting("a", "e")], 12)).toBe("expired");
    expect(rejection([encrypting("a", "e"), pair("b")], 12)).toBe("expired");
    expect(rejection([pair("b"), pair("a")], 11)).toBe("malformed");
    expect(rejection([pair("a"), pair("b")], 11)).toBe("malformed");
    expect(rejection([pair("b"), pair("c")], 11)).toBe("tampered");
  });

  it("skips an unusable pair, but never encodes with an older one", () => {
    const value = createCodec([pair("a")]).encode("session", "id");
    const codec = createCodec([{ ...pair("a"), encryption: "short" }, pair("a")]);
    expect(codec.decode("session", value)).toMatchObject({ id: "id", keyIndex: 1 });
    expect(() => codec.encode("session", "id")).toThrow(ConfigError);
  });

  it("neither encodes nor decodes a value longer than maxLength", () => {
    const value = createCodec([pair("a")]).encode("session", "id");
    const keys = [pair("a")];
    expect(() =>
      createCodec(keys, { maxLength: value.length - 1 }).encode("session", "id"),
    ).toThrow(`${value.length} bytes long, over the maximum of ${value.length - 1}`);
    const short = createCodec(keys, { maxLength: value.length - 1 });
    expect(short.decode("session", value).rejected).toBe("malformed");
    const enough = createCodec(keys, { maxLength: value.length });
    expect(enough.decode("session", enough.encode("session", "id"))).toMatchObject({ id: "id" });
    const endless = createCodec(keys, { maxLength: 0 });
    const long = "x".repeat(100_000);
    expect(endless.decode("session", endless.encode("session", long))).toMatchObject({ id: long });
  });

  it("reports when the value was encoded, in whole seconds", () => {
    const codec = createCodec([pair("a")], { now: () => 1_700_000_000.9 });
    expect(codec.decode("session", codec.encode("session", "id"))).toMatchObject({
      issuedAt: 1_700_000_000,
    });
  });

  it("can have a minimum age and no maximum age", () => {
    const codec = createCodec([pair("a")], { minAge: 10, maxAge: 0, now: () => now });
    let now = 1000;
    const value = codec.encode("session", "id");
    now = 1009;
    expect(codec.decode("session", value).rejected).toBe("expired");
    now = 1010;
    expect(codec.decode("session", value).rejected).toBeUndefined();
    now = 10 ** 10;
    expect(codec.decode("session", value).rejected).toBeUndefined();
  });

  it("encodes ids of any bytes for Go, and decodes those that are text", () => {
    const codec = createCodec([pair("a")]);
    const value = codec.encode("session", Uint8Array.of(0xc3));
    expect(codec.decode("session", value).rejected).toBe("malformed");
    const text = codec.encode("session", Buffer.from("\uFEFFид"));
    expect(codec.decode("session", text)).toMatchObject({ id: "\uFEFFид" });
  });

  it("refuses an id that UTF-8 would change", () => {
    expect(() => createCodec([pair("a")]).encode("session", "a\ud800")).toThrow(ConfigError);
  });

  it.each([
    ["maxAge", { maxAge: Number.NaN }],
    ["maxAge", { maxAge: 0.5 }],
    ["minAge", { minAge: Number.POSITIVE_INFINITY }],
    ["maxLength", { maxLength: -1 }],
  ])("refuses a limit that would limit nothing: %s %o", (name, options) => {
    expect(() => createCodec([pair("a")], options)).toThrow(`createCodec: ${name}`);
  });

  it("refuses an unknown option and proposes the nearest one", () => {
    expect(() => createCodec([pair("a")], { maxage: 60 } as object)).toThrow(
      'createCodec has no option "maxage". Did you mean "maxAge"?',
    );
  });

  it("accepts no cookie if the clock is broken", () => {
    const value = createCodec([pair("a")]).encode("session", "id");
    const codec = createCodec([pair("a")], { now: () => Number.NaN });
    expect(() => codec.decode("session", value)).toThrow("now() returned NaN");
    expect(() => codec.encode("session", "id")).toThrow(ConfigError);
  });
});

describe("the cache of verified cookies", () => {
  it("does not extend the age of a cookie", () => {
    let now = 1000;
    const codec = createCodec([pair("a")], { maxAge: 10, now: () => now });
    const value = codec.encode("session", "id");
    expect(codec.decode("session", value).rejected).toBeUndefined();
    now = 1010;
    expect(codec.decode("session", value).rejected).toBeUndefined();
    now = 1011;
    expect(codec.decode("session", value).rejected).toBe("expired");
  });

  it("is exact about the age of a timestamp beyond 2^53", () => {
    let now = 2n ** 62n + 1n;
    const codec = createCodec([pair("a")], { maxAge: 1, now: () => now });
    const value = codec.encode("session", "id");
    expect(codec.decode("session", value).rejected).toBeUndefined();
    now += 1n;
    expect(codec.decode("session", value).rejected).toBeUndefined();
    now += 1n;
    expect(codec.decode("session", value).rejected).toBe("expired");
  });

  it("decodes to the same the second time", () => {
    const codec = createCodec([pair("b"), encrypting("a", "e")]);
    const value = createCodec([encrypting("a", "e")]).encode("session", "id");
    const first = codec.decode("session", value);
    expect(first).toMatchObject({ id: "id", keyIndex: 1 });
    expect(codec.decode("session", value)).toEqual(first);
  });
});

describe("base64", () => {
  it.each([
    ["", ""],
    ["\xfb", "-w=="],
    ["\xfb\xff", "-_8="],
    ["\xfb\xff\xfe", "-__-"],
  ])("encodes %j as Go's base64.URLEncoding does", (binary, text) => {
    const bytes = Buffer.from(binary, "latin1");
    expect(encodeBase64(bytes)).toBe(text);
    expect(decodeBase64(text)).toEqual(bytes);
  });

  it.each([
    ["without padding", "-w"],
    ["with half of the padding", "-w="],
    ["with too much padding", "-__-="],
    ["with only padding", "===="],
    ["in the standard alphabet", "+/8="],
    ["with stray trailing bits", "-x=="],
    ["with a line feed", "-_\n8="],
    ["with a carriage return at the end", "-_8=\r"],
    ["with more after the padding", "-w==-w=="],
    ["with a space", "-_8 "],
    ["with a letter outside of ASCII", "-_é="],
    ["with a letter whose low byte is in the alphabet", "-_\u01418="],
  ])("is refused %s", (_, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it("has one spelling for every value", () => {
    const characters = fc.constantFrom("A", "Q", "g", "w", "z", "9", "-", "_", "=", "+", "\n");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 9 }), (list) => {
        const text = list.join("");
        const bytes = decodeBase64(text);
        expect(bytes === undefined || encodeBase64(bytes) === text).toBe(true);
      }),
      { ...SEED, numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
      SEED,
    );
  });
});
