// WeakMaps that all copies of this package in one process share, so that a request has its sessions once.

/** Raised with every change of what is kept under these names, so that copies that disagree keep apart. */
const LAYOUT = 1;

export function sharedMap<Key extends object, Value>(what: string): WeakMap<Key, Value> {
  const key = Symbol.for(`@redistore/http/${what}/${LAYOUT}`);
  const shared = globalThis as { [key: symbol]: WeakMap<Key, Value> | undefined };
  return (shared[key] ??= new WeakMap());
}
