// A mutant: the product with one rule of the save protocol taken out.

/** One replacement in a source of `packages/core/src`. */
export interface Edit {
  /** The path below `packages/core/src`. */
  readonly file: string;
  /** Has to be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * What has to fail. `browsers`: one browser, an attacker and an operator. `interleavings`: clients whose replies get lost, and processes that
 * crash. `users`: the index of two users' sessions. `contract`: the suite of the backend contract on Redis, for the scripts, which the models in memory do not run.
 */
export type Judge = "browsers" | "interleavings" | "users" | "contract";

export interface Mutant {
  /** What the product no longer does. */
  readonly rule: string;
  readonly judge: Judge;
  readonly edits: readonly Edit[];
}

/** Mutants of one file by one judge, each with one replacement. */
export function mutants(
  judge: Judge,
  file: string,
  rules: Readonly<Record<string, readonly [find: string, replace: string]>>,
): Mutant[] {
  return Object.entries(rules).map(([rule, [find, replace]]) => ({
    rule,
    judge,
    edits: [{ file, find, replace }],
  }));
}
