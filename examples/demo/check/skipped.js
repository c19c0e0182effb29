// Thrown by a step of `--check` that cannot run with this kind of store.

/** The message says what the step needs. */
export class Skipped extends Error {}
