// A pair of keys made ready for use, once for all the cookies of a codec.
import { ConfigError } from "../errors.ts";
import { BlockCipher } from "./block-cipher.ts";
import { checkKeyCount, keyBytes, keyProblem, warnOfWeakKey, type KeyPair } from "./keys.ts";
import { MacKey } from "./mac.ts";

/** What a pair can do. */
export interface PreparedPair {
  /** Its place among all the pairs, usable or not. */
  readonly keyIndex: number;
  readonly mac: MacKey;
  readonly cipher: BlockCipher | undefined;
}

/**
 * The usable ones of `keys`, in order; a process warning tells of the others.
 *
 * @throws ConfigError if there is none.
 */
export function preparePairs(keys: readonly KeyPair[]): [PreparedPair, ...PreparedPair[]] {
  checkKeyCount(keys);
  const prepared: PreparedPair[] = [];
  const problems: string[] = [];
  for (const [keyIndex, pair] of keys.entries()) {
    const problem = keyProblem(pair, keyIndex);
    if (problem === undefined) {
      warnOfWeakKey(pair, keyIndex);
      prepared.push(prepare(pair, keyIndex));
    } else {
      problems.push(problem);
    }
  }
  const [first, ...others] = prepared;
  if (first === undefined) throw new ConfigError(problems.join(" "));
  for (const problem of problems) {
    process.emitWarning(`${problem} Until then it is passed over.`, {
      type: "RedistoreWarning",
      code: "REDISTORE_UNUSABLE_KEY",
    });
  }
  return [first, ...others];
}

function prepare({ authentication, encryption }: KeyPair, keyIndex: number): PreparedPair {
  return {
    keyIndex,
    mac: new MacKey(keyBytes(authentication)),
    cipher: encryption ? new BlockCipher(keyBytes(encryption)) : undefined,
  };
}
