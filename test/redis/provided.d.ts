// Types the value that setup.ts provides to tests: inject("redisUrl").
export type { ProvidedContext } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** A Redis that tests may write to. Each test uses its own key prefix, because tests share it. */
    redisUrl: string;
  }
}
