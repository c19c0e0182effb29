// What an option is: a function that sets one or more settings; and the settings that all options of a store set together.
import type { Keys } from "../codec/key-ring.ts";
import { ConfigError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import type { ConnectionDetails, ConnectionSetting } from "./connection.ts";
import type { CookieOptions } from "./cookie-options.ts";

declare const opaque: unique symbol;

/** One option, made by a `with...` function. Its call signature is not part of the API. */
export interface StoreOption {
  (settings: Settings): void;
  readonly [opaque]: never;
}

/** What `createStore` accepts: an option, a list of options, or nothing if a condition says so (`production && withTLS({})`). */
export type OptionalStoreOption =
  | StoreOption
  | readonly OptionalStoreOption[]
  | false
  | null
  | undefined;

/** What a save does if another request has changed the session since it was loaded. */
export type Concurrency = "merge" | "fail" | "overwrite";

/** How the values of sessions are encrypted. */
export interface EncryptedValues {
  /** Compresses the values before they are encrypted. Default false. */
  readonly compress?: boolean | undefined;
  /** The keys, for `createRecords`, which has no others. `createStore` encrypts with its own. */
  readonly keys?: Keys | undefined;
}

/** How activity keeps sessions alive. */
export interface Rolling {
  /** Seconds after which the expiry of a session that is used is moved. Default: a tenth of its lifetime. */
  readonly every?: number | undefined;
}

/** How often sessions get a new id. In seconds. */
export interface Renewal {
  readonly every: number;
  /** How long requests with the old id are still served on the session. */
  readonly grace: number;
}

/** How many sessions one principal may have, and what a login does that would be one more. */
export interface SessionLimit {
  /** Infinity is no limit. */
  readonly limit: number;
  readonly atLimit: "evict-oldest" | "refuse";
}

/** Reads the user's id from the values of a session; undefined if no user is logged in. */
export type PrincipalOf = (values: Readonly<Record<string, unknown>>) => string | undefined;

/** The type of every setting by its name. */
export interface SettingValues extends ConnectionDetails, Required<CookieOptions> {
  connection: ConnectionSetting;
  operationTimeout: number;
  maxLength: number;
  maxReadLength: number;
  keyPrefix: string;
  defaultMaxAge: number;
  anonymousMaxAge: number;
  absoluteTimeout: number;
  principalOf: PrincipalOf;
  sessionLimit: SessionLimit;
  rolling: Rolling;
  renewal: Renewal;
  serializer: Serializer;
  cookieName: string;
  audience: string;
  /** The least length of authentication keys. */
  keyBytes: number;
  clearSiteData: string;
  encryptedValues: EncryptedValues;
  concurrency: Concurrency;
  now: () => number;
}

/** The settings of a store. Each can be set once. */
export class Settings {
  readonly #entries = new Map<keyof SettingValues, { by: string; value: unknown }>();

  /** @param by the option that sets it, for messages @throws ConfigError if another option has set it */
  set<Name extends keyof SettingValues>(by: string, name: Name, value: SettingValues[Name]): void {
    const earlier = this.#entries.get(name);
    if (earlier) {
      throw new ConfigError(
        name === "connection"
          ? `Two connections: ${earlier.by} and ${by}. Keep one of them.`
          : `${by} sets "${name}", which ${earlier.by} has already set. Keep one of them.`,
      );
    }
    this.#entries.set(name, { by, value });
  }

  get<Name extends keyof SettingValues>(name: Name): SettingValues[Name] | undefined {
    return this.#entries.get(name)?.value as SettingValues[Name] | undefined;
  }

  /** The option that set `name`, for messages. */
  setBy(name: keyof SettingValues): string | undefined {
    return this.#entries.get(name)?.by;
  }
}

/** Makes an option of `apply`. Check arguments before this call, so that the stack of an error shows where the option was made. */
export function option(apply: (settings: Settings) => void): StoreOption {
  return apply as StoreOption;
}

/**
 * Applies options in order. Arrays are flattened; `false`, `null` and `undefined` are skipped.
 *
 * @throws ConfigError if one is not an option, or two set the same
 */
export function collect(options: readonly OptionalStoreOption[]): Settings {
  const settings = new Settings();
  // Without the cast, the type of `flat` is computed without end: the lists nest without end.
  const flat = (options as readonly unknown[]).flat(Infinity) as Exclude<
    OptionalStoreOption,
    readonly unknown[]
  >[];
  for (const [index, each] of flat.entries()) {
    if (each === false || each === null || each === undefined) continue;
    if (typeof each !== "function") {
      throw new ConfigError(
        `Option ${index + 1} is ${typeof each}, not an option. Options are made by the with... functions, such as withURL("redis://localhost:6379").`,
      );
    }
    // An option returns nothing. A with... function that was not called returns an option.
    const returned: unknown = each(settings);
    if (returned !== undefined) {
      throw new ConfigError(
        `Option ${index + 1} is the function ${each.name || "that makes an option"} itself. Call it, and pass the result.`,
      );
    }
  }
  return settings;
}
