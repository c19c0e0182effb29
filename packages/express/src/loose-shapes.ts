// Keeps what is added to the requests and responses of Express cheap, on the versions of Node where it is dear.
import type { ServerResponse } from "node:http";
import type { HttpRequest } from "@redistore/http";

/**
 * Whether V8 makes every object that was given another prototype hidden classes of its own: 2 microseconds for each property that is
 * added, by Express, its middlewares or Node itself; 50 for a request. From Node 24 on such objects share theirs.
 */
const SHAPES_ARE_DEAR = Number(process.versions.node.split(".", 1)[0]) < 24;

/** Makes V8 keep the properties of both, whose prototypes Express has set, in tables in place of hidden classes. */
export function loosenShapes(req: object, res: object): void {
  if (!SHAPES_ARE_DEAR) return;
  loosen(req as Partial<HttpRequest>, "complete");
  loosen(res as Partial<ServerResponse>, "sendDate");
}

/** @param property an own one of `object`, deleted and set again: to delete any but the newest is what changes the form */
function loosen<Name extends string>(object: { [name in Name]?: unknown }, property: Name): void {
  if (!Object.hasOwn(object, property)) return;
  const value = object[property];
  Reflect.deleteProperty(object, property);
  object[property] = value;
}
