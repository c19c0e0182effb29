// HMAC-SHA256 (RFC 2104) under one key, over one-shot hashes: a third of the cost of a createHmac object for each cookie.
import { hash, timingSafeEqual } from "node:crypto";

/** SHA-256's block. A message leaves as many bytes free in front, so that the padded key goes there without a copy of it. */
export const MAC_HEADROOM = 64;

/** The length of a MAC. */
export const MAC_BYTES = 32;

/** Signs and verifies messages. Matches `createMac` and `verifyMac` of securecookie.go; the key is copied. */
export class MacKey {
  readonly #innerPad = Buffer.alloc(MAC_HEADROOM, 0x36);
  /** The outer padded key, with the inner digest behind it. */
  readonly #outer = Buffer.alloc(MAC_HEADROOM + MAC_BYTES, 0x5c);
  readonly #expected = Buffer.alloc(MAC_BYTES);

  constructor(key: Uint8Array) {
    const short = key.length > MAC_HEADROOM ? hash("sha256", key, "buffer") : key;
    for (const [index, byte] of short.entries()) {
      this.#innerPad.writeUInt8(0x36 ^ byte, index);
      this.#outer.writeUInt8(0x5c ^ byte, index);
    }
  }

  /** Writes the MAC of `framed` (after its headroom, which is overwritten) into `target` at `offset`. */
  sign(framed: Buffer, target: Buffer, offset: number): void {
    framed.set(this.#innerPad);
    // Binary strings, because a Buffer result costs Node three times as much.
    this.#outer.write(hash("sha256", framed, "binary"), MAC_HEADROOM, "binary");
    target.write(hash("sha256", this.#outer, "binary"), offset, "binary");
  }

  /** Whether `mac` is the MAC of `framed`, in a time that does not tell how much of it was right. */
  verify(framed: Buffer, mac: Uint8Array): boolean {
    if (mac.length !== MAC_BYTES) return false;
    this.sign(framed, this.#expected, 0);
    return timingSafeEqual(mac, this.#expected);
  }
}
