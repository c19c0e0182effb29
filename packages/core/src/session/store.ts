// The store: decodes cookie values, loads their records, and makes sessions of them.
import type { Health } from "../backends/backend.ts";
import type { Decoded, Rejected } from "../codec/codec.ts";
import type { KeyRing } from "../codec/key-ring.ts";
import { publish } from "../diagnostics.ts";
import {
  checkCookie,
  checkCookieName,
  checkCookieOptions,
  checkSeconds,
  checkSignatureAge,
  type CookieOptions,
  type ResolvedCookieOptions,
} from "../options/cookie-options.ts";
import type { Records } from "./records.ts";
import type { Regeneration } from "../protocol/regeneration.ts";
import type { SessionRecord } from "./session-record.ts";
import type { RediStore } from "./redi-store.ts";
import type { CookieSettings, LoadedCookie } from "../cookies/browser-cookie.ts";
import type { CookieCarrier, SaveContext } from "../cookies/cookie-carrier.ts";
import { Session, type SessionParts, type SessionRejection } from "./session.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";

/** The most valid cookies of one name that are loaded: browsers send one for each path and domain, and rarely more than two. */
const MAX_VALID = 8;

/** The parts of {@link Store}. */
export interface StoreParts<Data extends object> {
  readonly records: Records<Data>;
  readonly keyRing: KeyRing;
  readonly defaultName: string;
  readonly cookieOptions: ResolvedCookieOptions;
  readonly now: () => number;
}

interface CheckedSettings extends CookieSettings {
  /** The cookie names that were checked with these attributes. */
  readonly names: Set<string>;
}

/** The record of a request's session; `loaded` is set if it is live. */
interface Found<Data extends object> {
  readonly record: SessionRecord<Data>;
  readonly loaded?: LoadedCookie;
  readonly rejected?: SessionRejection | undefined;
}

export class Store<Data extends object> implements RediStore<Data> {
  readonly defaultName: string;
  readonly records: Records<Data>;
  readonly #keyRing: KeyRing;
  readonly #settings: CheckedSettings;
  /** The settings of middlewares with attributes of their own; the key is the object that was given. */
  readonly #ownSettings = new WeakMap<CookieOptions, CheckedSettings>();

  constructor({ records, keyRing, defaultName, cookieOptions, now }: StoreParts<Data>) {
    this.defaultName = defaultName;
    this.records = records;
    this.#keyRing = keyRing;
    this.#settings = {
      cookieOptions,
      now,
      encode: (name, id) => keyRing.latest().encode(name, id),
      signatureAge: cookieOptions.maxAge,
      names: new Set(),
    };
  }

  async load(
    name: string,
    cookieValues: string | readonly string[] = [],
    cookie?: CookieOptions,
    carrier?: CookieCarrier,
  ): Promise<Session<Data>> {
    const values = typeof cookieValues === "string" ? [cookieValues] : cookieValues;
    const settings = this.#settingsOf(name, cookie);
    if (values.length === 0) {
      return this.#startSession(settings, { name, record: this.records.create(), carrier });
    }
    const { record, loaded, rejected } = await this.#find(name, values);
    const parts = { name, record, loaded, rejected, carrier };
    return loaded ? new Session({ settings, ...parts }) : this.#startSession(settings, parts);
  }

  create(name: string = this.defaultName, cookie?: CookieOptions): Session<Data> {
    const settings = this.#settingsOf(name, cookie);
    return this.#startSession(settings, { name, record: this.records.create() });
  }

  checkCookie(name: string, cookie?: CookieOptions): void {
    this.#settingsOf(name, cookie);
  }

  needsSave(session: Session<Data>): boolean {
    return session.needsSave();
  }

  save(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]> {
    return session.save().then(() => session.takeCookies(context));
  }

  cookiesOwed(session: Session<Data>, context?: SaveContext): SetCookie[] {
    return session.takeOwedCookies(context);
  }

  async destroy(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]> {
    await session.destroy();
    return session.takeCookies(context);
  }

  async regenerate(
    session: Session<Data>,
    options?: Regeneration<keyof Data & string>,
    context?: SaveContext,
  ): Promise<SetCookie[]> {
    await session.regenerate(options);
    return session.takeCookies(context);
  }

  ids(): AsyncIterable<string> {
    return this.records.ids();
  }

  count(): Promise<number> {
    return this.records.count();
  }

  health(): Promise<Health> {
    return this.records.health();
  }

  close(): Promise<void> {
    return this.records.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Uses the first valid cookie with a live session; all valid ones are loaded with one command. If there is none, an ended session takes
   * precedence over an invalid cookie.
   */
  async #find(name: string, values: readonly string[]): Promise<Found<Data>> {
    const current = this.#keyRing.current();
    const codec = current instanceof Promise ? await current : current;
    const decoded: (Decoded | Rejected)[] = [];
    const valid = new Map<string, Decoded>();
    for (const value of values.length === 1 ? values : new Set(values)) {
      const result = codec.decode(name, value);
      decoded.push(result);
      // Forged cookies do not count, or they could hide the good one.
      if (result.rejected === undefined && !valid.has(result.id)) valid.set(result.id, result);
      if (valid.size === MAX_VALID) break;
    }
    const found = valid.size > 0 ? await this.records.loadFirst([...valid.keys()]) : undefined;
    const loaded = found?.record.state === "live" ? valid.get(found.id) : undefined;
    for (const result of decoded) {
      if (result === loaded) break;
      publish("rejected", () => ({ name, reason: result.rejected ?? "gone" }));
    }
    if (found && loaded) {
      const { keyIndex } = loaded;
      if (keyIndex > 0) publish("old-key", () => ({ name, keyIndex }));
      return { record: found.record, loaded };
    }
    const rejected = found ? "gone" : decoded.at(-1)?.rejected;
    return { record: found?.record ?? this.records.create(), rejected };
  }

  #startSession(
    settings: CookieSettings,
    parts: Omit<SessionParts<Data>, "settings">,
  ): Session<Data> {
    if (settings !== this.#settings) parts.record.maxAge = settings.cookieOptions.maxAge;
    return new Session({ settings, ...parts });
  }

  /** The store's settings, with `cookie` over its attributes. Checks `name` with them. @throws ConfigError */
  #settingsOf(name: string, cookie: CookieOptions | undefined): CheckedSettings {
    const settings = cookie ? this.#settingsWith(name, cookie) : this.#settings;
    const { names } = settings;
    if (names.has(name)) return settings;
    checkCookieName(name);
    checkCookie(name, settings.cookieOptions);
    // Names come from code, not from requests. If they do come from requests, their memory is bounded.
    if (names.size < 1000) names.add(name);
    return settings;
  }

  #settingsWith(name: string, cookie: CookieOptions): CheckedSettings {
    const known = this.#ownSettings.get(cookie);
    if (known) return known;
    const by = `The cookie options of "${name}"`;
    checkCookieOptions(by, cookie);
    const cookieOptions = { ...this.#settings.cookieOptions, ...cookie };
    checkSeconds(`${by}: maxAge`, cookieOptions.maxAge);
    checkSignatureAge(by, cookieOptions.maxAge, this.#settings.signatureAge);
    const settings = { ...this.#settings, cookieOptions, names: new Set<string>() };
    this.#ownSettings.set(cookie, settings);
    return settings;
  }
}
