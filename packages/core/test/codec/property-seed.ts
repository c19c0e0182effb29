// The seed of property tests. vitest.config.ts sets and prints SEED for each run; SEED=... repeats that run.

export const SEED: { seed: number } = { seed: Number(process.env["SEED"]) };
