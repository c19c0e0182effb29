// One pair of keys against node:crypto and Go's layout: the MAC, the IV before the encrypted bytes, and copies of the keys.
import { createCipheriv, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preparePairs, PreparedPair } from "../../src/codec/prepared-pair.ts";
import { SEED } from "./property-seed.ts";

const MAC_BYTES = 32;

const signing = (authentication: Uint8Array): PreparedPair =>
  new PreparedPair({ authentication }, 0);
const encrypting = (encryption: Uint8Array): PreparedPair =>
  new PreparedPair({ authentication: "a".repeat(32), encryption }, 0);

describe("the MAC of a pair", () => {
  it("is HMAC-SHA256, with keys shorter and longer than a block", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 3 }),
        (key, messages) => {
          const pair = signing(key);
          for (const message of messages) {
            const expected = createHmac("sha256", key).update(message).digest();
            expect(pair.sign(message)).toEqual(expected);
            expect(pair.verify(message, expected)).toBe(true);
          }
        },
      ),
      SEED,
    );
  });

  it("signs a string as its UTF-8 bytes", () => {
    const pair = signing(Buffer.from("key"));
    expect(pair.sign("名|1")).toEqual(pair.sign(Buffer.from("名|1")));
  });

  it("does not verify with any wrong bit, or with another length", () => {
    const pair = signing(Buffer.from("key"));
    const message = Buffer.from("message");
    const right = createHmac("sha256", "key").update(message).digest();
    for (let bit = 0; bit < MAC_BYTES * 8; bit++) {
      const wrong = Buffer.from(right);
      wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(pair.verify(message, wrong)).toBe(false);
    }
    expect(pair.verify(message, right.subarray(1))).toBe(false);
    expect(pair.verify(message, Buffer.concat([right, Buffer.of(0)]))).toBe(false);
    expect(pair.verify(message, Buffer.alloc(0))).toBe(false);
    expect(pair.verify(message, right)).toBe(true);
  });

  it("does not change when the caller wipes the key", () => {
    const key = Buffer.from("key");
    const pair = signing(key);
    key.fill(0);
    const right = createHmac("sha256", "key").update("message").digest();
    expect(pair.verify(Buffer.from("message"), right)).toBe(true);
  });
});

describe("the encryption of a pair", () => {
  it.each([16, 24, 32])(
    "puts the IV before the encrypted bytes and decrypts with it, with a key of %i bytes",
    (size) => {
      const key = Buffer.alloc(size, 7);
      const iv = Buffer.alloc(16, 0xff);
      const text = Buffer.from("longer than one block of AES");
      const pair = encrypting(key);
      const encrypted = pair.encrypt(text, () => iv);
      const counted = createCipheriv(`aes-${size * 8}-ctr`, key, iv).update(text);
      expect(encrypted).toEqual(Buffer.concat([iv, counted]));
      expect(pair.decrypt(encrypted)).toEqual(text);
    },
  );

  it("is AES-CTR from any IV, over any number of blocks", () => {
    const key = Buffer.alloc(32, 7);
    const pair = encrypting(key);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ maxLength: 5000 }),
        (iv, bytes) => {
          const counted = createCipheriv("aes-256-ctr", key, iv).update(bytes);
          expect(pair.encrypt(Buffer.from(bytes), () => iv)).toEqual(Buffer.concat([iv, counted]));
        },
      ),
      SEED,
    );
  });

  it("draws a new IV of 16 bytes for every value", () => {
    const sizes: number[] = [];
    const pair = encrypting(Buffer.alloc(32));
    const encrypt = () =>
      pair.encrypt(Buffer.from("text"), (size) => {
        sizes.push(size);
        return Buffer.alloc(size, sizes.length);
      });
    expect(encrypt()).not.toEqual(encrypt());
    expect(sizes).toEqual([16, 16]);
  });

  it("refuses, as Go does, an IV without bytes after it", () => {
    const pair = encrypting(Buffer.alloc(32));
    expect(pair.decrypt(Buffer.alloc(0))).toBeUndefined();
    expect(pair.decrypt(Buffer.alloc(16))).toBeUndefined();
    expect(pair.decrypt(Buffer.alloc(17))).toHaveLength(1);
  });

  it("leaves bytes as they are without an encryption key", () => {
    const [pair] = preparePairs([{ authentication: "a".repeat(32), encryption: null }]);
    const bytes = Buffer.from("text");
    expect(pair.encrypt(bytes, () => expect.unreachable())).toBe(bytes);
    expect(pair.decrypt(bytes)).toBe(bytes);
  });
});
