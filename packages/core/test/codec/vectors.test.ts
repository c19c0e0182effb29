// What real Go wrote and read, byte for byte.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keysFromBytes } from "../../src/codec/keys.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { ConfigError } from "../../src/errors.ts";

interface EncodeCase {
  case: string;
  kind: "encode";
  timestampText?: string;
  input: {
    name: string;
    hashKeyB64: string;
    blockKeyB64: string | null;
    timestamp: number;
    ivB64?: string;
    id?: string;
    idB64?: string;
  };
  expect: { value?: string; error?: string };
}

interface DecodeCase {
  case: string;
  kind: "decode";
  input: {
    name: string;
    value: string;
    now: number;
    keyPairsB64: (string | null)[];
    maxAge?: number;
    minAge?: number;
  };
  expect: { idB64?: string; error?: string; isUsage?: boolean };
}

const file = new URL("../testdata/securecookie.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: (EncodeCase | DecodeCase)[] };
const fromBase64 = (text: string): Buffer => Buffer.from(text, "base64");
const keys = (texts: (string | null)[]) =>
  keysFromBytes(...texts.map((text) => (text === null ? null : fromBase64(text))));

/** What Go 1.1.1 accepts and we refuse. */
const STRICTER = new Set([
  // base64 with line breaks in it
  "LF inside the padding",
  "own MAC, inner value LF inside",
  // A key that everybody has; Go says so too.
  "hash key empty (securecookie >= 1.1.2 refuses it: hash key is not set)",
]);

const misused = (each: DecodeCase): boolean => each.expect.isUsage === true;
const refused = (each: EncodeCase | DecodeCase): boolean =>
  each.expect.error !== undefined || STRICTER.has(each.case);
const encodeCases = cases.filter((each) => each.kind === "encode");
const decodeCases = cases.filter((each) => each.kind === "decode");

function encode({ input, timestampText }: EncodeCase): string {
  return createCodec(keys([input.hashKeyB64, input.blockKeyB64]), {
    now: () => (timestampText ? BigInt(timestampText) : input.timestamp),
    randomBytes: () => fromBase64(input.ivB64 ?? ""),
  }).encode(input.name, input.id ?? fromBase64(input.idB64 ?? ""));
}

function decode({ input: { keyPairsB64, now, name, value, ...bounds } }: DecodeCase) {
  return createCodec(keys(keyPairsB64), { now: () => now, ...bounds }).decode(name, value);
}

describe("what Go encodes", () => {
  it.each(encodeCases.filter((each) => !refused(each)))("is encoded: $case", (each) => {
    expect(encode(each)).toBe(each.expect.value);
  });

  it.each(encodeCases.filter(refused))("is refused: $case", (each) => {
    expect(() => encode(each)).toThrow(ConfigError);
  });
});

describe("what Go decodes", () => {
  it.each(decodeCases.filter((each) => !refused(each)))("is decoded: $case", (each) => {
    const id = fromBase64(each.expect.idB64 ?? "").toString();
    expect(decode(each)).toMatchObject({ id });
  });

  it.each(decodeCases.filter((each) => refused(each) && !misused(each)))(
    "is rejected: $case",
    (each) => {
      expect(decode(each)).toEqual({ rejected: expect.stringMatching(/^[a-z]+$/) });
    },
  );

  it.each(decodeCases.filter(misused))("is a mistake in the program: $case", (each) => {
    expect(() => decode(each)).toThrow(ConfigError);
  });
});
