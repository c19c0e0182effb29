// The functions of a test runner that the suites need: those of vitest, node:test, mocha or jest will do.

/** Pass your runner's own functions: `{ describe, it }`. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
}
