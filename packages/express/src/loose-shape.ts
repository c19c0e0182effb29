// Keeps what is added to the requests and responses of Express cheap.

/**
 * Makes V8 keep the properties of an object in a table of its own, in place of a hidden class. Express gives every request and response
 * another prototype, and up to Node 22 each property that is added then (by Express, its middlewares, Node itself) makes a hidden class
 * that no other request shares: 2 microseconds each, 50 for a request. From Node 24 on it changes nothing that could be measured.
 *
 * @param property an own one of `object`, deleted and set again: to delete any but the newest is what changes the form
 */
export function loosenShape<Name extends string>(
  object: { [name in Name]?: unknown },
  property: Name,
): void {
  if (!Object.hasOwn(object, property)) return;
  const value = object[property];
  Reflect.deleteProperty(object, property);
  object[property] = value;
}
