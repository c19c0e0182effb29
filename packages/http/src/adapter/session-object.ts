// The object that is req.session or ctx.session: the data by their own names, and beside them the few names that a framework's users know.
import { ConfigError } from "@redistore/core";

/** What stands behind a session object. */
export interface SessionHost {
  /** The data at this moment. */
  readonly values: Record<PropertyKey, unknown>;
}

/** How a framework's session objects differ from plain data. */
export interface SessionObjectKind<Host extends SessionHost> {
  /** What its users call it, for messages: `req.session`. */
  readonly name: string;
  /** Where data of a reserved name can be reached, for messages: `getSession(req).values`. */
  readonly values: string;
  /** Members of the host whose names are reserved: they show in place of data, and stored data of such a name stay where they are. */
  readonly members: readonly (keyof Host & string)[];
  /** Those of them that can be set. */
  readonly settable?: readonly (keyof Host & string)[];
  /** Throws where data must not be changed. */
  readonly checkChange?: (host: Host, key: PropertyKey) => void;
}

// What code expects of any object it did not make. No `constructor` and no `__proto__`: keys often come from users.
const ORDINARY: SessionHost["values"] = Object.create(null) as SessionHost["values"];
for (const name of [
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]) {
  ORDINARY[name] = Reflect.get(Object.prototype, name);
}

/**
 * Gives what makes session objects of one kind: each acts on its host's values as they are at the moment. One set of traps serves all of
 * them. An attempt to set a reserved name throws ConfigError.
 */
export function sessionObjects<Host extends SessionHost>(
  kind: SessionObjectKind<Host>,
): (host: Host) => object {
  const reserved: ReadonlySet<PropertyKey> = new Set(kind.members);
  const settable: ReadonlySet<PropertyKey> = new Set(kind.settable);

  function checkChange(host: Host, key: PropertyKey): void {
    if (reserved.has(key)) {
      throw new ConfigError(
        `${kind.name}.${String(key)} is the session's own. Store your value under another name, or as ${kind.values}.${String(key)}.`,
      );
    }
    kind.checkChange?.(host, key);
  }

  const traps: ProxyHandler<Host> = {
    get(host, key) {
      if (reserved.has(key)) {
        const member: unknown = Reflect.get(host, key, host);
        return typeof member === "function" ? (member.bind(host) as unknown) : member;
      }
      const { values } = host;
      return key in values ? values[key] : ORDINARY[key];
    },
    has: (host, key) => reserved.has(key) || key in host.values,
    set(host, key, value) {
      if (settable.has(key)) return Reflect.set(host, key, value, host);
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
    ownKeys: (host) => Reflect.ownKeys(host.values).filter((key) => !reserved.has(key)),
    getOwnPropertyDescriptor: (host, key) =>
      reserved.has(key) ? undefined : Reflect.getOwnPropertyDescriptor(host.values, key),
    getPrototypeOf: () => null,
  };
  return (host) => new Proxy(host, traps);
}
