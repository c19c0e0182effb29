// The object that is req.session or ctx.session: the data as properties, beside the few members that the framework's users know.
import { ConfigError } from "@redistore/core";

/** Session data by key. */
export type Values = Record<PropertyKey, unknown>;

/** An object with members and data, which a session object shows together. */
export interface ValuesOwner {
  /** The data at this moment. */
  readonly values: Values;
}

/** How a framework's session objects differ from plain data. */
export interface SessionObjectKind<Owner extends ValuesOwner> {
  /** What its users call it, for messages: `req.session`. */
  readonly name: string;
  /** Where data of a reserved name can be read, for messages: `getSession(req).values`. */
  readonly values: string;
  /** Members of the owner; their names are reserved. Stored data of such a name stay stored, and are not shown. */
  readonly members: readonly (keyof Owner & string)[];
  /** The members that can be assigned. */
  readonly settable?: readonly (keyof Owner & string)[];
  /** Throws if the data must not be changed now. */
  readonly checkChange?: (owner: Owner, key: PropertyKey) => void;
}

// The members that code expects of any object. No `constructor` and no `__proto__`: keys often come from users.
const ORDINARY: Values = Object.create(null) as Values;
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
 * Returns a function that makes session objects of one kind. Each reads and writes its owner's current values. All of them share one set
 * of traps. Assigning a reserved name throws ConfigError.
 */
export function sessionObjects<Owner extends ValuesOwner>(
  kind: SessionObjectKind<Owner>,
): (owner: Owner) => object {
  const reserved: ReadonlySet<PropertyKey> = new Set(kind.members);
  const settable: ReadonlySet<PropertyKey> = new Set(kind.settable);

  function checkChange(owner: Owner, key: PropertyKey): void {
    if (reserved.has(key)) {
      throw new ConfigError(
        `${kind.name}.${String(key)} is the session's own member. Store your value under another name, or as ${kind.values}.${String(key)}.`,
      );
    }
    kind.checkChange?.(owner, key);
  }

  const traps: ProxyHandler<Owner> = {
    get(owner, key) {
      if (reserved.has(key)) {
        const member: unknown = Reflect.get(owner, key, owner);
        return typeof member === "function" ? (member.bind(owner) as unknown) : member;
      }
      const { values } = owner;
      return key in values ? values[key] : ORDINARY[key];
    },
    has: (owner, key) => reserved.has(key) || key in owner.values,
    set(owner, key, value) {
      if (settable.has(key)) return Reflect.set(owner, key, value, owner);
      checkChange(owner, key);
      owner.values[key] = value;
      return true;
    },
    defineProperty(owner, key, descriptor) {
      checkChange(owner, key);
      return Reflect.defineProperty(owner.values, key, descriptor);
    },
    deleteProperty(owner, key) {
      checkChange(owner, key);
      return Reflect.deleteProperty(owner.values, key);
    },
    ownKeys: (owner) => Reflect.ownKeys(owner.values).filter((key) => !reserved.has(key)),
    getOwnPropertyDescriptor: (owner, key) =>
      reserved.has(key) ? undefined : Reflect.getOwnPropertyDescriptor(owner.values, key),
    getPrototypeOf: () => null,
  };
  return (owner) => new Proxy(owner, traps);
}
