// Keeps what is added to the requests and responses of Express cheap, on the versions of Node where it is dear.

/**
 * Whether V8 makes every object that was given another prototype hidden classes of its own: 2 microseconds for each property that is
 * added, by Express, its middlewares or Node itself; 50 for a request. From Node 24 on such objects share theirs.
 */
const SHAPES_ARE_DEAR = Number(process.versions.node.split(".", 1)[0]) < 24;

/**
 * Makes V8 keep the properties of an object, whose prototype Express has set, in a table in place of a hidden class.
 *
 * @param property an own one of `object`, deleted and set again: to delete any but the newest is what changes the form
 */
export function loosenShape<Name extends string>(
  object: { [name in Name]?: unknown },
  property: Name,
): void {
  if (!SHAPES_ARE_DEAR || !Object.hasOwn(object, property)) return;
  const value = object[property];
  Reflect.deleteProperty(object, property);
  object[property] = value;
}
