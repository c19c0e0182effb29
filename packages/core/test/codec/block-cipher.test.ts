// AES in counter mode as Go's cipher.NewCTR, with the IV in front.
import { createCipheriv } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEED } from "./property-seed.ts";
import { BlockCipher } from "../../src/codec/block-cipher.ts";

describe("the block cipher", () => {
  it.each([16, 24, 32])(
    "puts the IV in front and decrypts by it, with a key of %i bytes",
    (size) => {
      const key = Buffer.alloc(size, 7);
      const iv = Buffer.alloc(16, 0xff);
      const text = Buffer.from("longer than one block of AES");
      const cipher = new BlockCipher(key);
      const encrypted = cipher.encrypt(text, () => iv);
      const counted = createCipheriv(`aes-${size * 8}-ctr`, key, iv).update(text);
      expect(encrypted).toEqual(Buffer.concat([iv, counted]));
      expect(cipher.decrypt(encrypted)).toEqual(text);
    },
  );

  it("counts on from any IV, over any number of blocks", () => {
    const key = Buffer.alloc(32, 7);
    const cipher = new BlockCipher(key);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ maxLength: 5000 }),
        (iv, bytes) => {
          const counted = createCipheriv("aes-256-ctr", key, iv).update(bytes);
          expect(cipher.encrypt(bytes, () => iv)).toEqual(Buffer.concat([iv, counted]));
        },
      ),
      SEED,
    );
  });

  it("takes a fresh IV of 16 bytes for every value", () => {
    const sizes: number[] = [];
    const cipher = new BlockCipher(Buffer.alloc(32));
    const encrypt = () =>
      cipher.encrypt(Buffer.from("text"), (size) => {
        sizes.push(size);
        return Buffer.alloc(size, sizes.length);
      });
    expect(encrypt()).not.toEqual(encrypt());
    expect(sizes).toEqual([16, 16]);
  });

  it("refuses, as Go does, an IV with nothing behind it", () => {
    const cipher = new BlockCipher(Buffer.alloc(32));
    expect(cipher.decrypt(Buffer.alloc(0))).toBeUndefined();
    expect(cipher.decrypt(Buffer.alloc(16))).toBeUndefined();
    expect(cipher.decrypt(Buffer.alloc(17))).toHaveLength(1);
  });
});
