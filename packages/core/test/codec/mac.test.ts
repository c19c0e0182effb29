// Our HMAC against Node's.
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAC_BYTES, MAC_HEADROOM, MacKey } from "../../src/codec/mac.ts";
import { SEED } from "./property-seed.ts";

const frame = (message: Uint8Array): Buffer =>
  Buffer.concat([Buffer.alloc(MAC_HEADROOM, 0xee), message]);

describe("a MAC", () => {
  it("is HMAC-SHA256, under keys shorter and longer than a block", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 3 }),
        (key, messages) => {
          const mac = new MacKey(key);
          const target = Buffer.alloc(MAC_BYTES + 1, 7);
          for (const message of messages) {
            mac.sign(frame(message), target, 1);
            const expected = createHmac("sha256", key).update(message).digest();
            expect(target).toEqual(Buffer.concat([Buffer.of(7), expected]));
            expect(mac.verify(frame(message), expected)).toBe(true);
          }
        },
      ),
      SEED,
    );
  });

  it("fails on any wrong bit, and on any other length", () => {
    const mac = new MacKey(Buffer.from("key"));
    const message = Buffer.from("message");
    const right = createHmac("sha256", "key").update(message).digest();
    for (let bit = 0; bit < MAC_BYTES * 8; bit++) {
      const wrong = Buffer.from(right);
      wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(mac.verify(frame(message), wrong)).toBe(false);
    }
    expect(mac.verify(frame(message), right.subarray(1))).toBe(false);
    expect(mac.verify(frame(message), Buffer.concat([right, Buffer.of(0)]))).toBe(false);
    expect(mac.verify(frame(message), Buffer.alloc(0))).toBe(false);
    expect(mac.verify(frame(message), right)).toBe(true);
  });

  it("does not change when the caller wipes the key", () => {
    const key = Buffer.from("key");
    const mac = new MacKey(key);
    key.fill(0);
    const right = createHmac("sha256", "key").update("message").digest();
    expect(mac.verify(frame(Buffer.from("message")), right)).toBe(true);
  });
});
