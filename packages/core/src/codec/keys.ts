// The keys of the cookies: where they come from, and which of them cannot be used.
import { randomBytes } from "node:crypto";
import { ConfigError } from "../errors.ts";
import { onePerProcess } from "../one-per-process.ts";

/** One pair of keys; a string is used as its UTF-8 bytes. Of several pairs the first one writes, and all of them read. */
export interface KeyPair {
  /** Signs (HMAC-SHA256). 32 or 64 random bytes; under 32 bytes there is a process warning. */
  readonly authentication: Uint8Array | string;
  /** Encrypts too (AES-CTR): 16, 24 or 32 random bytes. Without it (or with null, Go's nil) cookies are signed only. */
  readonly encryption?: Uint8Array | string | null | undefined;
}

/** AES-128, AES-192 and AES-256. */
const ENCRYPTION_KEY_BYTES: ReadonlySet<number> = new Set([16, 24, 32]);
const STRONG_KEY_BYTES = 32;

/**
 * Pairs from strings: authentication key, encryption key, and so on. If the number is odd, the last one signs only.
 *
 * ```ts
 * keysFromStrings(authentication, encryption);
 * keysFromStrings(newAuthentication, newEncryption, oldAuthentication, oldEncryption);
 * ```
 *
 * @throws ConfigError if one is not a string, such as an environment variable that is not set
 * @see securecookie.go CodecsFromPairs
 */
export function keysFromStrings(...strings: string[]): KeyPair[] {
  for (const [index, each] of strings.entries()) {
    if (typeof each !== "string") {
      throw new ConfigError(
        `keysFromStrings: key ${index + 1} is ${each === null ? "null" : typeof each}, not a string. Is the environment variable it comes from set?`,
      );
    }
  }
  return toPairs(strings);
}

/**
 * Pairs from bytes: authentication key, encryption key, and so on. If the number is odd, the last one signs only, as does a pair with
 * `null` (Go's nil) for an encryption key. An empty encryption key is refused where the keys are used.
 *
 * @throws ConfigError if one is neither bytes nor null
 * @see boj/redistore Keys, securecookie.go CodecsFromPairs
 */
export function keysFromBytes(...bytes: (Uint8Array | null)[]): KeyPair[] {
  for (const [index, each] of bytes.entries()) {
    if (each !== null && !(each instanceof Uint8Array)) {
      throw new ConfigError(
        `keysFromBytes: key ${index + 1} is ${typeof each}, not a Uint8Array. For strings there is keysFromStrings.`,
      );
    }
  }
  return toPairs(bytes);
}

/**
 * Pairs from an environment variable: strings as for {@link keysFromStrings}, separated by commas. White space around them is ignored.
 *
 * ```sh
 * SESSION_KEYS="$(openssl rand -hex 32),$(openssl rand -hex 16)"
 * ```
 *
 * @param name default `"SESSION_KEYS"`
 * @throws ConfigError if the variable is not set or empty, or one of its keys cannot be used
 */
export function keysFromEnv(name = "SESSION_KEYS"): KeyPair[] {
  const text = process.env[name]?.trim();
  if (!text) {
    throw new ConfigError(
      `The environment variable ${name} is ${text === undefined ? "not set" : "empty"}. Set it to an authentication key and an encryption key of 32 random characters each, separated by a comma; generateKeys() makes two.`,
    );
  }
  const keys = text.split(",").map((key) => key.trim());
  const empty = keys.indexOf("");
  if (empty !== -1) {
    throw new ConfigError(
      `Key ${empty + 1} in the environment variable ${name} is empty. Remove the extra comma; only the last pair may omit its encryption key.`,
    );
  }
  const pairs = toPairs(keys);
  checkKeys(pairs, ` in the environment variable ${name}`);
  return pairs;
}

/** A new (authentication, encryption) pair for {@link keysFromStrings}: 32 characters each, of 192 random bits, without commas. */
export function generateKeys(): [string, string] {
  return [randomBytes(24).toString("base64url"), randomBytes(24).toString("base64url")];
}

/**
 * Refuses keys that cannot be used, so that the mistake shows at the start.
 *
 * @param origin what the message says after `pair 1`, if it is known where the keys come from
 * @throws ConfigError if there are no keys, or one is missing, empty or of the wrong length; it names the key
 */
export function checkKeys(keys: readonly KeyPair[], origin = ""): void {
  checkKeyCount(keys);
  for (const [index, pair] of keys.entries()) {
    const problem = keyProblem(pair, index, origin);
    if (problem !== undefined) throw new ConfigError(problem);
  }
}

/** Refuses an empty list (Go's "no codecs provided"), and what is not a list. @throws ConfigError */
export function checkKeyCount(keys: readonly KeyPair[]): void {
  if (Array.isArray(keys) && keys.length > 0) return;
  throw new ConfigError(
    `${Array.isArray(keys) ? "No keys" : "The keys are not a list of pairs"}. Give at least one pair, such as keysFromEnv() or keysFromStrings(authentication, encryption).`,
  );
}

/** Why the pair at `index` cannot be used, and how to mend it; undefined if it can. Never quotes a key. */
export function keyProblem(pair: KeyPair, index: number, origin = ""): string | undefined {
  const { authentication, encryption } = pair ?? {};
  const place = `pair ${index + 1}${origin}`;
  if (!isKey(authentication) || authentication.length === 0) {
    return `The authentication key of ${place} is ${isKey(authentication) ? "empty" : "missing"}. It has to be a string or a Uint8Array, of 32 random bytes.`;
  }
  if (encryption === undefined || encryption === null) return undefined;
  if (!isKey(encryption)) {
    return `The encryption key of ${place} is neither a string nor a Uint8Array. It has to be 16, 24 or 32 bytes, or be left out to sign only.`;
  }
  const { length } = keyBytes(encryption);
  if (ENCRYPTION_KEY_BYTES.has(length)) return undefined;
  return (
    `The encryption key of ${place} is ${length} bytes long. It has to be 16, 24 or 32 bytes, or be left out to sign only.` +
    (typeof encryption === "string"
      ? " A string is used as its characters: `openssl rand -hex 16` makes one of 32."
      : "")
  );
}

/** The bytes of a key: a copy, so that the caller may wipe the original. */
export function keyBytes(key: Uint8Array | string): Buffer {
  return Buffer.from(key);
}

function isKey(key: unknown): key is Uint8Array | string {
  return typeof key === "string" || key instanceof Uint8Array;
}

const warning = onePerProcess("weak-key-warning/1", { isEmitted: false });

/** Warns, once per process, of an authentication key that is short enough to be guessed. */
export function warnOfWeakKey({ authentication }: KeyPair, index: number): void {
  if (warning.isEmitted || keyBytes(authentication).length >= STRONG_KEY_BYTES) return;
  warning.isEmitted = true;
  process.emitWarning(
    `The authentication key of pair ${index + 1} is shorter than 32 bytes: an attacker who guesses it can forge every session. generateKeys() makes good keys.`,
    { type: "RedistoreWarning", code: "REDISTORE_WEAK_KEY" },
  );
}

function toPairs(flat: readonly (Uint8Array | string | null)[]): KeyPair[] {
  const pairs: KeyPair[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    // A nil authentication key is refused like an empty one.
    pairs.push({ authentication: flat[index] ?? "", encryption: flat[index + 1] ?? undefined });
  }
  return pairs;
}
