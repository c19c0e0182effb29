// Runs what must be refused, and returns the error.
import { GobError } from "../src/index.ts";

export function refusal(run: () => unknown): GobError {
  try {
    run();
  } catch (error) {
    if (error instanceof GobError) return error;
    throw error;
  }
  throw new Error("expected a GobError, but nothing was thrown");
}
