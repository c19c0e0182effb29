// Encrypted records: what decrypts them, and that each changed byte is noticed.
import { describe, expect, it } from "vitest";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { isEncrypted, RecordCipher } from "../../src/codec/record-cipher.ts";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { structuredSerializer } from "../../src/serializers/structured.ts";

const NEW = keysFromStrings("n".repeat(32));
const OLD = keysFromStrings("o".repeat(32));
const PLAIN = Buffer.from('{"user":"ada"}');
const PLACE = "session_X";
/** Is stored in clear, after the ciphertext. */
const NOTE = "a note";
const BESIDE = { flags: 0, note: NOTE };
const OVERHEAD = 34;
const TRAILER = NOTE.length + 1;

const cipher = new RecordCipher(NEW);

describe("an encrypted record", () => {
  it.each([Buffer.alloc(0), PLAIN, Buffer.alloc(100_000, 7)])(
    "is decrypted to the bytes and flags that were encrypted, in case %#",
    (bytes) => {
      const stored = cipher.encrypt(bytes, PLACE, { flags: 1, note: NOTE });
      expect(stored.length).toBe(bytes.length + OVERHEAD + TRAILER);
      expect(cipher.decrypt(stored, PLACE)).toEqual({ bytes, flags: 1, keyIndex: 0 });
    },
  );

  it("has other bytes each time, and never the plain ones", () => {
    const stored = Array.from({ length: 100 }, () => cipher.encrypt(PLAIN, PLACE, BESIDE));
    const nonces = stored.map((each) => each.toString("hex", 6, 18));
    expect(new Set(nonces).size).toBe(100);
    expect(
      new Set(stored.map((each) => each.toString("hex", OVERHEAD, each.length - TRAILER))).size,
    ).toBe(100);
    for (const each of stored) expect(each.includes("ada")).toBe(false);
  });

  it("is refused if any bit of it was changed: marker, flags, nonce, tag, ciphertext or note", () => {
    const stored = cipher.encrypt(PLAIN, PLACE, BESIDE);
    for (let at = 0; at < stored.length; at++) {
      for (const bit of [1, 128]) {
        const changed = Buffer.from(stored);
        changed[at] = (changed[at] as number) ^ bit;
        expect(cipher.decrypt(changed, PLACE), `byte ${at}`).toBeUndefined();
      }
    }
  });

  it("is refused if it was cut anywhere, or made longer", () => {
    const stored = cipher.encrypt(PLAIN, PLACE, BESIDE);
    for (let length = 0; length < stored.length; length++) {
      expect(cipher.decrypt(stored.subarray(0, length), PLACE)).toBeUndefined();
    }
    expect(cipher.decrypt(Buffer.concat([stored, Buffer.of(0)]), PLACE)).toBeUndefined();
  });

  it("is refused in another place, and with the tag or the ciphertext of another", () => {
    const [one, two] = [
      cipher.encrypt(PLAIN, PLACE, BESIDE),
      cipher.encrypt(Buffer.from('{"user":"eve"}'), PLACE, BESIDE),
    ];
    for (const place of ["session_Y", "admin_X", "session_X ", "", "\u0000session_X"]) {
      expect(cipher.decrypt(one, place)).toBeUndefined();
    }
    for (const at of [18, OVERHEAD]) {
      const mixed = Buffer.concat([one.subarray(0, at), two.subarray(at)]);
      expect(cipher.decrypt(mixed, PLACE)).toBeUndefined();
    }
  });

  it("is encrypted by the first pair of keys, and decrypted by all", () => {
    const stored = new RecordCipher(OLD).encrypt(PLAIN, PLACE, BESIDE);
    const rotated = new RecordCipher([...NEW, ...OLD]);
    expect(rotated.decrypt(stored, PLACE)).toEqual({ bytes: PLAIN, flags: 0, keyIndex: 1 });
    expect(cipher.decrypt(stored, PLACE)).toBeUndefined();
    expect(cipher.decrypt(rotated.encrypt(PLAIN, PLACE, BESIDE), PLACE)?.keyIndex).toBe(0);
  });

  it("depends on the authentication key of a pair alone", () => {
    const withEncryption = keysFromStrings("n".repeat(32), "e".repeat(32));
    const stored = new RecordCipher(withEncryption).encrypt(PLAIN, PLACE, BESIDE);
    expect(cipher.decrypt(stored, PLACE)?.bytes).toEqual(PLAIN);
  });

  // Made by node:crypto alone, from the description in record-cipher.ts.
  it("stays readable by later versions", () => {
    const stored = Buffer.from(
      "AHJzZTEAMDEyMzQ1Njc4OWFirCxnJHMubJvWtvp67L5dfyv8hJvD/0ro5cH8lzaSYSBub3RlBg==",
      "base64",
    );
    expect(cipher.decrypt(stored, PLACE)?.bytes).toEqual(PLAIN);
  });
});

it("no serializer writes what looks encrypted", () => {
  for (const serializer of [jsonSerializer, structuredSerializer]) {
    for (const values of [{}, { "": "\0rse1" }, { "\0rse1": 1 }]) {
      expect(isEncrypted(Buffer.from(serializer.serialize(values) as Buffer))).toBe(false);
    }
  }
  expect(isEncrypted(cipher.encrypt(PLAIN, PLACE, BESIDE))).toBe(true);
  expect(isEncrypted(Buffer.from("\0rs"))).toBe(false);
  expect(isEncrypted(Buffer.alloc(0))).toBe(false);
});
