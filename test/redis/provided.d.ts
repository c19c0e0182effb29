// What the set-up hands to the tests: inject("redisUrl").
export type { ProvidedContext } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** A Redis that tests may write to, each under a key prefix of its own; others use it at the same time. */
    redisUrl: string;
  }
}
