// One test run for the whole repository, straight from the sources. Only what examples and bench run is built first: they run in other processes.
import { defineConfig } from "vitest/config";

const sources = { conditions: ["@redistore/source"] };
const project = (name: string, include: string[], setup: string[] = []) => ({
  resolve: sources,
  ssr: { resolve: sources },
  test: {
    name,
    include,
    globalSetup: ["./test/redis/setup.ts", ...setup],
    testTimeout: 30_000,
    // Public runners are shared: deadlines of a second are missed there that no change is to blame for. What fails twice has failed.
    retry: process.env["CI"] ? 1 : 0,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("core", ["packages/core/test/**/*.test.ts"]),
      project("http", ["packages/http/test/**/*.test.ts"]),
      project("express", ["packages/express/test/**/*.test.ts"]),
      project("koa", ["packages/koa/test/**/*.test.ts"]),
      project("gob", ["packages/gob/test/**/*.test.ts"]),
      project("interop", ["test/interop/*.test.ts"]),
      project("browser", ["test/browser/*.test.ts"], ["./test/build/setup.ts"]),
      project("examples", ["examples/*/test/**/*.test.ts"], ["./test/build/setup.ts"]),
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
