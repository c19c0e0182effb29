// The object that is req.session: your data by their own names, and beside them the few names that Express users know.
import { ConfigError } from "@redistore/core";
import type { HostSession, Values } from "./host-session.ts";

/** The names that are no data in `req.session`. A stored value of such a name stays where it is: `getSession(req).values` has it. */
const RESERVED: ReadonlySet<PropertyKey> = new Set<keyof HostSession>([
  "id",
  "cookie",
  "save",
  "regenerate",
  "destroy",
  "reload",
  "touch",
  "resetMaxAge",
]);

// What code expects of any object it did not make. No `constructor` and no `__proto__`: keys often come from users.
const { hasOwnProperty, isPrototypeOf, propertyIsEnumerable } = Object.prototype;
const { toLocaleString, toString, valueOf } = Object.prototype;
const ORDINARY: Values = Object.assign(Object.create(null) as Values, {
  hasOwnProperty,
  isPrototypeOf,
  propertyIsEnumerable,
  toLocaleString,
  toString,
  valueOf,
});

/** @internal One for all. It acts on the values as they are at the moment, and hides those under reserved names. */
const handler: ProxyHandler<HostSession> = {
  get(host, key) {
    if (RESERVED.has(key)) {
      const member: unknown = Reflect.get(host, key, host);
      return typeof member === "function" ? (member.bind(host) as unknown) : member;
    }
    return key in host.values ? host.values[key] : ORDINARY[key];
  },
  has: (host, key) => RESERVED.has(key) || key in host.values,
  set(host, key, value) {
    checkChange(host, key);
    host.values[key] = value;
    return true;
  },
  defineProperty(host, key, descriptor) {
    checkChange(host, key);
    return Reflect.defineProperty(host.values, key, descriptor);
  },
  deleteProperty(host, key) {
    checkChange(host, key);
    return Reflect.deleteProperty(host.values, key);
  },
  ownKeys: (host) => Reflect.ownKeys(host.values).filter((key) => !RESERVED.has(key)),
  getOwnPropertyDescriptor: (host, key) =>
    RESERVED.has(key) ? undefined : Reflect.getOwnPropertyDescriptor(host.values, key),
  getPrototypeOf: () => null,
};

/** @internal What users get of `host`. */
export function present(host: HostSession): object {
  return new Proxy(host, handler);
}

/** @throws ConfigError */
function checkChange(host: HostSession, key: PropertyKey): void {
  if (RESERVED.has(key)) {
    throw new ConfigError(
      `req.session.${String(key)} is the session's own. Store your value under another name, or as getSession(req).values.${String(key)}.`,
    );
  }
  if (host.isReplaced) {
    throw new ConfigError(
      `"${String(key)}" was changed in a session that is req.session no more: it was regenerated or destroyed. Take req.session anew.`,
    );
  }
}
