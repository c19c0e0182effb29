// Vectors of gorilla/securecookie: the same values byte for byte, and the same refusals.
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

/** Cases that Go 1.1.1 accepts and this codec refuses. */
const STRICTER = new Set([
  // base64 with line breaks in it
  "LF inside the padding",
  "own MAC, inner value LF inside",
  // An empty key is no secret; newer versions of Go refuse it too.
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

describe("a value that Go encodes", () => {
  it.each(encodeCases.filter((each) => !refused(each)))(
    "is encoded to the same bytes: $case",
    (each) => {
      expect(encode(each)).toBe(each.expect.value);
    },
  );

  it.each(encodeCases.filter(refused))("is refused: $case", (each) => {
    expect(() => encode(each)).toThrow(ConfigError);
  });
});

describe("a value that Go decodes", () => {
  it.each(decodeCases.filter((each) => !refused(each)))(
    "is decoded to the same id: $case",
    (each) => {
      const id = fromBase64(each.expect.idB64 ?? "").toString();
      expect(decode(each)).toMatchObject({ id });
    },
  );

  it.each(decodeCases.filter((each) => refused(each) && !misused(each)))(
    "is rejected: $case",
    (each) => {
      expect(decode(each)).toEqual({ rejected: expect.stringMatching(/^[a-z]+$/) });
    },
  );

  it.each(decodeCases.filter(misused))("is an error of the program: $case", (each) => {
    expect(() => decode(each)).toThrow(ConfigError);
  });
});
