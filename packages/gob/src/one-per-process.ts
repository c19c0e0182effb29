// Lets all copies of this package in a process work as one: the ES modules, the CommonJS build, and copies of other versions.

/** Raise it with a change after which two versions cannot use each other's objects. They then keep apart. */
const LAYOUT = 1;

/** The object of this name that the first copy made. Every copy offers its own. */
export function onePerProcess<Shared extends object>(name: string, own: Shared): Shared {
  const shared = globalThis as { [key: symbol]: Shared | undefined };
  return (shared[Symbol.for(`@redistore/gob/${name}/${LAYOUT}`)] ??= own);
}
