// One test run for the whole repository, straight from the sources. Only examples and bench are built first: they run in other processes.
import { randomInt } from "node:crypto";
import { defineConfig } from "vitest/config";

// One seed for all random tests of a run, retries included: a failure is never hidden by other random numbers. SEED=123 repeats a run.
process.env["SEED"] ??= String(randomInt(2 ** 31));
console.info(`Random tests: SEED=${process.env["SEED"]}`);

const sources = { conditions: ["@redistore/source"] };
const project = (name: string, include: string[], setup: string[] = []) => ({
  resolve: sources,
  ssr: { resolve: sources },
  test: {
    name,
    include,
    globalSetup: ["./test/redis/setup.ts", ...setup],
    testTimeout: 30_000,
    // Some tests have real deadlines, and shared CI machines miss them now and then. A second failure counts.
    retry: process.env["CI"] ? 1 : 0,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Those named "separate:" have commands of their own: one needs Chromium, one takes minutes. Vitest runs a project that any of several
    // filters allows, so that one pattern has to exclude both.
    projects: [
      project("core", ["packages/core/test/**/*.test.ts"]),
      project("http", ["packages/http/test/**/*.test.ts"]),
      project("express", ["packages/express/test/**/*.test.ts"]),
      project("koa", ["packages/koa/test/**/*.test.ts"]),
      project("gob", ["packages/gob/test/**/*.test.ts"]),
      project("house", ["test/house/*.test.ts"]),
      project("separate:mutants", ["test/mutants/*.test.ts"]),
      project("interop", ["test/interop/*.test.ts"]),
      project("separate:browser", ["test/browser/*.test.ts"], ["./test/build/setup.ts"]),
      project("examples", ["examples/*/test/**/*.test.ts"], ["./test/build/setup.ts"]),
      project("docs", ["test/docs/*.test.ts"], ["./test/build/setup.ts"]),
      project("ecosystem", ["test/ecosystem/**/*.test.ts"]),
      project("bench", ["bench/test/**/*.test.ts"], ["./test/build/setup.ts"]),
    ],
    coverage: {
      include: ["packages/*/src/**"],
      exclude: ["packages/*/src/testing/**"],
      reporter: ["text-summary"],
      thresholds: { "packages/core/src/**": { lines: 95, branches: 95 } },
    },
  },
});
