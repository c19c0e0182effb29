// What an option is: a function that notes one setting, and the notebook it writes in.
import { ConfigError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import type { ConnectionDetails, ConnectionSetting } from "./connection.ts";
import type { CookieOptions } from "./cookie-options.ts";

declare const opaque: unique symbol;

/** One setting, made by a `with...` function. What is inside is no part of the API. */
export interface StoreOption {
  (settings: Settings): void;
  readonly [opaque]: never;
}

/** What `createStore` takes: an option, a list of them, or nothing where a condition says so (`production && withTLS({})`). */
export type OptionalStoreOption =
  | StoreOption
  | readonly OptionalStoreOption[]
  | false
  | null
  | undefined;

/** What a save does when somebody else has changed the session meanwhile. */
export type Concurrency = "merge" | "fail" | "overwrite";

/** Every setting there is, by the name it is noted under; each can be noted once. */
export interface SettingValues extends ConnectionDetails, Required<CookieOptions> {
  connection: ConnectionSetting;
  operationTimeout: number;
  maxLength: number;
  keyPrefix: string;
  defaultMaxAge: number;
  serializer: Serializer;
  cookieName: string;
  concurrency: Concurrency;
  now: () => number;
}

/** Notes settings, and refuses the second note of one. */
export class Settings {
  readonly #notes = new Map<keyof SettingValues, { by: string; value: unknown }>();

  set<Name extends keyof SettingValues>(by: string, name: Name, value: SettingValues[Name]): void {
    const earlier = this.#notes.get(name);
    if (earlier) {
      throw new ConfigError(
        name === "connection"
          ? `Two connections: ${earlier.by} and ${by}. Keep one of them.`
          : `${by} sets "${name}", which ${earlier.by} has set already. Keep one of them.`,
      );
    }
    this.#notes.set(name, { by, value });
  }

  get<Name extends keyof SettingValues>(name: Name): SettingValues[Name] | undefined {
    return this.#notes.get(name)?.value as SettingValues[Name] | undefined;
  }

  /** The option that noted `name`, for messages. */
  setBy(name: keyof SettingValues): string | undefined {
    return this.#notes.get(name)?.by;
  }
}

/** Makes an option out of what it notes. Checks of its arguments belong before this call, so that they point at the caller. */
export function option(note: (settings: Settings) => void): StoreOption {
  return note as StoreOption;
}

/** Applies options in order. Arrays are flattened; `false`, `null` and `undefined` are skipped. */
export function collect(options: readonly OptionalStoreOption[]): Settings {
  const settings = new Settings();
  // The type has no end of nesting, which Array.flat cannot follow.
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
