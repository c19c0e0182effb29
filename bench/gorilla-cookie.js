// The cookie of gorilla/securecookie in the plainest way: an HMAC and a cipher object for each cookie, no cache.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

const MAC_BYTES = 32;
const IV_BYTES = 16;
/** gob of a string: a length, the type, a zero, a length. Each is one byte below 128, which ids are. */
const GOB_HEAD_BYTES = 4;
const GOB_STRING = 0x0c;

/** @typedef {{ authentication: string, encryption: string }} Keys */

/**
 * @param {Keys} keys
 * @param {string} name
 * @param {string} id up to 120 bytes of ASCII
 */
export function encodeCookie({ authentication, encryption }, name, id) {
  const gob = Buffer.alloc(GOB_HEAD_BYTES + id.length);
  gob.set([id.length + 3, GOB_STRING, 0, id.length]);
  gob.write(id, GOB_HEAD_BYTES, "latin1");
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-ctr", encryption, iv);
  const payload = Buffer.concat([iv, cipher.update(gob), cipher.final()]);
  const signed = `${Math.floor(Date.now() / 1000)}|${toBase64(payload)}`;
  const mac = createHmac("sha256", authentication).update(`${name}|${signed}`).digest();
  return toBase64(Buffer.concat([Buffer.from(`${signed}|`), mac]));
}

/**
 * @param {Keys} keys
 * @param {string} name
 * @param {string} value
 * @param {number} maxAge in seconds
 * @returns {string | undefined} the id
 */
export function decodeCookie({ authentication, encryption }, name, value, maxAge) {
  const bytes = Buffer.from(value, "base64url");
  const end = bytes.length - MAC_BYTES - 1;
  if (end < 0) return undefined;
  const signed = bytes.toString("latin1", 0, end);
  const mac = createHmac("sha256", authentication).update(`${name}|${signed}`).digest();
  if (!timingSafeEqual(mac, bytes.subarray(end + 1))) return undefined;
  const pipe = signed.indexOf("|");
  if (Number(signed.slice(0, pipe)) < Date.now() / 1000 - maxAge) return undefined;
  const payload = Buffer.from(signed.slice(pipe + 1), "base64url");
  const decipher = createDecipheriv("aes-256-ctr", encryption, payload.subarray(0, IV_BYTES));
  const gob = Buffer.concat([decipher.update(payload.subarray(IV_BYTES)), decipher.final()]);
  if (gob[0] !== gob.length - 1 || gob[1] !== GOB_STRING) return undefined;
  return gob.toString("latin1", GOB_HEAD_BYTES);
}

/** @param {Buffer} bytes as Go's base64.URLEncoding, which pads */
function toBase64(bytes) {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
