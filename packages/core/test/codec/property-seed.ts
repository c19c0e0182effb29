// The seed of property tests. fast-check prints the seed of a failed run; SEED=... repeats that run.

export const SEED: { seed?: number } = process.env["SEED"]
  ? { seed: Number(process.env["SEED"]) }
  : {};
