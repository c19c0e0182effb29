// The seed of property runs: fast-check prints the one of a run that fails, and SEED runs it again.

export const SEED: { seed?: number } = process.env["SEED"]
  ? { seed: Number(process.env["SEED"]) }
  : {};
