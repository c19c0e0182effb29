// Keys under which all copies of this package in one process find what belongs to a request, so that it has its sessions once.

/** Raised with every change of what is kept under these keys, so that copies that disagree keep apart. */
const LAYOUT = 1;

/** The key of a property on Node's own object: a WeakMap would cost each request more than all the rest of a clean response. */
export function sharedKey(what: string): symbol {
  return Symbol.for(`@redistore/http/${what}/${LAYOUT}`);
}
