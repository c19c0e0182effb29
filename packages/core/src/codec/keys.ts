// The keys of the cookies: where they come from, and what makes one unusable.
import { randomBytes } from "node:crypto";
import { ConfigError } from "../errors.ts";

/** One pair of keys; a string stands for its UTF-8 bytes. Of several pairs the first one writes and all of them read. */
export interface KeyPair {
  /** Signs (HMAC-SHA256). 32 or 64 random bytes; fewer than 32 are warned of, none are refused. */
  readonly authentication: Uint8Array | string;
  /** Encrypts too (AES-CTR): 16, 24 or 32 random bytes. Left out (or null, Go's nil), cookies are signed only. */
  readonly encryption?: Uint8Array | string | null | undefined;
}

/** AES-128, AES-192 and AES-256. */
const ENCRYPTION_KEY_BYTES: ReadonlySet<number> = new Set([16, 24, 32]);
const STRONG_KEY_BYTES = 32;

/**
 * Pairs from strings: authentication and encryption key in turn; an odd last one signs only.
 *
 * @throws ConfigError where one is not a string, such as a variable that is not set.
 * @see securecookie.go CodecsFromPairs
 */
export function keysFromStrings(...strings: string[]): KeyPair[] {
  for (const [index, each] of strings.entries()) {
    if (typeof each !== "string") {
      throw new ConfigError(
        `keysFromStrings: key ${index + 1} is ${each === null ? "null" : typeof each}, not a string. Is the variable it comes from set?`,
      );
    }
  }
  return pairs(strings);
}

/**
 * Pairs from bytes: authentication and encryption key in turn; an odd last one signs only, and so does a pair with `null` (Go's
 * nil) for its encryption key. An empty encryption key is not the same, and refused where the keys are used.
 *
 * @throws ConfigError where one is neither bytes nor null.
 * @see boj/redistore Keys, securecookie.go CodecsFromPairs
 */
export function keysFromBytes(...bytes: (Uint8Array | null)[]): KeyPair[] {
  for (const [index, each] of bytes.entries()) {
    if (each !== null && !(each instanceof Uint8Array)) {
      throw new ConfigError(
        `keysFromBytes: key ${index + 1} is ${typeof each}, not a Uint8Array. keysFromStrings takes strings.`,
      );
    }
  }
  return pairs(bytes);
}

/**
 * Pairs from an environment variable: strings as for {@link keysFromStrings}, separated by commas; white space around them does
 * not count.
 *
 * @param name Default `"SESSION_KEYS"`.
 * @throws ConfigError if it is not set, empty, or one of its keys is.
 */
export function keysFromEnv(name = "SESSION_KEYS"): KeyPair[] {
  const text = process.env[name]?.trim();
  if (!text) {
    throw new ConfigError(
      `The environment variable ${name} is ${text === undefined ? "not set" : "empty"}. Set it to an authentication and an encryption key of 32 random characters each, separated by a comma; generateKeys() makes two.`,
    );
  }
  const keys = text.split(",").map((key) => key.trim());
  const empty = keys.indexOf("");
  if (empty !== -1) {
    throw new ConfigError(
      `Key ${empty + 1} in the environment variable ${name} is empty. Remove the comma too many; only the last pair can do without an encryption key.`,
    );
  }
  return pairs(keys);
}

/** A new (authentication, encryption) pair for {@link keysFromStrings}: 32 characters each, of 192 random bits, without commas. */
export function generateKeys(): [string, string] {
  return [randomBytes(24).toString("base64url"), randomBytes(24).toString("base64url")];
}

/**
 * Refuses keys that cannot work, so that the mistake shows at the start.
 *
 * @throws ConfigError if there are no keys, or one is missing, empty or of the wrong length; it says which.
 */
export function checkKeys(keys: readonly KeyPair[]): void {
  checkKeyCount(keys);
  for (const [index, pair] of keys.entries()) {
    const problem = keyProblem(pair, index);
    if (problem !== undefined) throw new ConfigError(problem);
  }
}

/** Refuses what is no list of pairs, or an empty one: Go's "no codecs provided". */
export function checkKeyCount(keys: readonly KeyPair[]): void {
  if (Array.isArray(keys) && keys.length > 0) return;
  throw new ConfigError(
    `${Array.isArray(keys) ? "No keys" : "The keys are no list of pairs"}. Give at least one pair, such as keysFromEnv() or keysFromStrings(authentication, encryption).`,
  );
}

/** Why the pair at `index` cannot be used, in words that name the mend. */
export function keyProblem(pair: KeyPair, index: number): string | undefined {
  const { authentication, encryption } = pair;
  if (!isKey(authentication) || authentication.length === 0) {
    return `The authentication key of pair ${index + 1} is ${isKey(authentication) ? "empty" : "missing"}. It has to be a string or a Uint8Array, of 32 random bytes.`;
  }
  if (encryption === undefined || encryption === null) return undefined;
  if (!isKey(encryption) || !ENCRYPTION_KEY_BYTES.has(keyBytes(encryption).length)) {
    return `The encryption key of pair ${index + 1} is ${isKey(encryption) ? `${keyBytes(encryption).length} bytes long` : "neither a string nor a Uint8Array"}. It has to be 16, 24 or 32 bytes, or be left out to sign only.`;
  }
  return undefined;
}

/** The bytes of a key: a copy, so that a caller who wipes his own does no harm. */
export function keyBytes(key: Uint8Array | string): Buffer {
  return Buffer.from(key);
}

function isKey(key: unknown): key is Uint8Array | string {
  return typeof key === "string" || key instanceof Uint8Array;
}

let warned = false;

/** Warns, once per process, of an authentication key that can be guessed. */
export function warnOfWeakKey({ authentication }: KeyPair, index: number): void {
  if (warned || keyBytes(authentication).length >= STRONG_KEY_BYTES) return;
  warned = true;
  process.emitWarning(
    `The authentication key of pair ${index + 1} is shorter than 32 bytes: who guesses it can forge every session. generateKeys() makes good ones.`,
    { type: "RedistoreWarning", code: "REDISTORE_WEAK_KEY" },
  );
}

function pairs(flat: readonly (Uint8Array | string | null)[]): KeyPair[] {
  const result: KeyPair[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    // A nil authentication key is as unusable as an empty one.
    result.push({ authentication: flat[index] ?? "", encryption: flat[index + 1] ?? undefined });
  }
  return result;
}
