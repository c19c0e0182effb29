// gorilla/securecookie itself and this codec: each decodes what the other encodes, with random keys, names and ids.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { buildGoProgram } from "../../../../test/interop/go-program.ts";
import { SeededRandom } from "../../../../test/seeded-random.ts";
import type { Codec } from "../../src/codec/codec.ts";
import { keysFromBytes } from "../../src/codec/keys.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { newSessionId } from "../../src/codec/session-id.ts";

interface Request {
  op: "encode" | "decode";
  /** Base64, as the ids are. */
  keys: (string | null)[];
  name: string;
  id?: string;
  value?: string;
  maxLength: number;
}

interface GoResult {
  id: string | null;
  value: string;
  error?: string;
}

interface Case {
  /** In turn authentication and encryption keys, as they are when the cookie is written. */
  keys: (Buffer | null)[];
  /** The same after newer ones, as they are when the cookie is read. */
  rotated: (Buffer | null)[];
  name: string;
  id: string;
}

const CASES = 500;
const go = buildGoProgram("securecookie");
const random = new SeededRandom("cookies between Go and here");

describe.skipIf("missing" in go)("cookies between Go and here", () => {
  const cases = Array.from({ length: CASES }, randomCase);

  it("are decoded by Go if they were encoded here", () => {
    const results = runGo(
      cases.map(({ keys, rotated, name, id }) => ({
        op: "decode",
        keys: base64(rotated),
        name,
        value: codec(keys).encode(name, id),
        maxLength: 0,
      })),
    );
    expect(results.map(({ id, error }) => error ?? text(id))).toEqual(cases.map(({ id }) => id));
  });

  it("are decoded here if they were encoded by Go, with the same pair of keys", () => {
    const results = runGo(
      cases.map(({ keys, name, id }) => ({
        op: "encode",
        keys: base64(keys),
        name,
        id: Buffer.from(id).toString("base64"),
        maxLength: 0,
      })),
    );
    const decoded = results.map(({ value, error }, index) => {
      const { rotated, name } = cases[index] as Case;
      return error ?? codec(rotated).decode(name, value);
    });
    expect(decoded).toEqual(
      cases.map(({ id, keys, rotated }) => ({
        id,
        issuedAt: expect.any(Number),
        keyIndex: (rotated.length - keys.length) / 2,
      })),
    );
  });

  it("are decoded by neither side under another name", () => {
    const values = cases.map(({ keys, name, id }) => codec(keys).encode(name, id));
    const results = runGo(
      cases.map(({ rotated, name }, index) => ({
        op: "decode",
        keys: base64(rotated),
        name: `${name}x`,
        value: values[index] as string,
        maxLength: 0,
      })),
    );
    expect(results.filter(({ error }) => error === undefined)).toEqual([]);
    const accepted = cases.filter(
      ({ rotated, name }, index) =>
        codec(rotated).decode(`${name}x`, values[index] as string).rejected === undefined,
    );
    expect(accepted).toEqual([]);
  });
});

function base64(keys: Case["keys"]): Request["keys"] {
  return keys.map((key) => key?.toString("base64") ?? null);
}

function codec(keys: Case["keys"]): Codec {
  return createCodec(keysFromBytes(...keys), { maxLength: 0 });
}

/** One result for each request, from one run of the Go program. */
function runGo(requests: Request[]): GoResult[] {
  if ("missing" in go) throw new Error(go.missing);
  const { error, status, stdout, stderr } = spawnSync(go.path, {
    input: requests.map((request) => JSON.stringify(request)).join("\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (error) throw error;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as GoResult);
}

function randomCase(): Case {
  const keys = [...randomPair(), ...(random.chance(0.5) ? randomPair() : [])];
  const newer = random.chance(0.5) ? randomPair() : [];
  const odd = keys.at(-1) === null && random.chance(0.5);
  return {
    keys: odd ? keys.slice(0, -1) : keys,
    rotated: [...newer, ...(odd ? keys.slice(0, -1) : keys)],
    name: random.chance(0.7) ? "session" : randomText(1 + random.below(20)),
    id: random.chance(0.5) ? newSessionId(randomBytes) : randomText(random.below(400)),
  };
}

/** Keys of every kind: authentication keys below and above the block of SHA-256, encryption keys of all three lengths of AES. */
function randomPair(): (Buffer | null)[] {
  const encryption = random.pick([0, 16, 24, 32]);
  return [randomBytes(random.pick([32, 64, 65, 200])), encryption ? randomBytes(encryption) : null];
}

function randomBytes(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, () => random.below(256)));
}

function randomText(length: number): string {
  const characters = ["a", "Z", "9", "|", "=", "\n", "\0", '"', "é", "名", "\u2028", "🔑"];
  return Array.from({ length }, () => random.pick(characters)).join("");
}

function text(encoded: string | null): string {
  return Buffer.from(encoded ?? "", "base64").toString();
}
