// What a suite needs of the test runner: any of vitest, node:test, mocha or jest will do.

/** Hand in your runner's own functions: `{ describe, it }`. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
}
