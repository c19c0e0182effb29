// The store: decodes cookie values, loads their records, and makes sessions of them.
import type { Health } from "../backends/backend.ts";
import type { Codec, Decoded, Rejected } from "../codec/codec.ts";
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
import type { PrincipalSessions } from "./principal-sessions.ts";
import type { Rolling } from "../options/option.ts";
import type { Records } from "./records.ts";
import type { SessionRecord } from "./session-record.ts";
import type { Regeneration } from "../protocol/regenerate/regeneration.ts";
import type { RediStore } from "./redi-store.ts";
import type { CookieSettings } from "../cookies/browser-cookie.ts";
import type { CookieCarrier, SaveContext } from "../cookies/cookie-carrier.ts";
import { Session, type SessionParts } from "./session.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";

/** The most valid cookies of one name that are loaded: browsers send one for each path and domain, and rarely more than two. */
const MAX_VALID = 8;

/** The parts of {@link Store}. */
export interface StoreParts<Data extends object> {
  readonly records: Records<Data>;
  readonly keyRing: KeyRing;
  readonly defaultName: string;
  readonly audience?: string | undefined;
  readonly rolling?: Rolling | undefined;
  readonly cookieOptions: ResolvedCookieOptions;
  readonly clearSiteData?: string | undefined;
  readonly now: () => number;
}

interface CheckedSettings extends CookieSettings {
  /** The cookie names that were checked with these attributes. */
  readonly names: Set<string>;
}

export class Store<Data extends object> implements RediStore<Data> {
  readonly defaultName: string;
  readonly records: Records<Data>;
  readonly #keyRing: KeyRing;
  readonly #audience: string | undefined;
  readonly #rolling: Rolling | undefined;
  readonly #settings: CheckedSettings;
  /** The settings of middlewares with attributes of their own; the key is the object that was given. */
  readonly #ownSettings = new WeakMap<CookieOptions, CheckedSettings>();

  constructor(parts: StoreParts<Data>) {
    const { records, keyRing, defaultName, audience, rolling, cookieOptions, clearSiteData, now } =
      parts;
    this.defaultName = defaultName;
    this.records = records;
    this.#keyRing = keyRing;
    this.#audience = audience;
    this.#rolling = rolling;
    this.#settings = {
      cookieOptions,
      clearSiteData,
      now,
      encode: (name, id) => keyRing.latest().encode(this.#signedName(name), id),
      signatureAge: cookieOptions.maxAge,
      names: new Set(),
    };
  }

  /**
   * Uses the first valid cookie with a live session; all valid ones are loaded with one command. If there is none, an ended session takes
   * precedence over an invalid cookie.
   */
  async load(
    name: string,
    cookieValues: string | readonly string[] = [],
    cookie?: CookieOptions,
    carrier?: CookieCarrier,
  ): Promise<Session<Data>> {
    const values = typeof cookieValues === "string" ? [cookieValues] : cookieValues;
    const settings = this.#settingsOf(name, cookie);
    if (values.length === 0) {
      return this.#startSession({ settings, name, record: this.records.create(), carrier });
    }
    const current = this.#keyRing.current();
    const codec = current instanceof Promise ? await current : current;
    const { all, valid } = decodeAll(codec, this.#signedName(name), values);
    const [only] = valid.length === 1 ? valid : [];
    const { record, isDue } =
      only && this.#isUse(carrier)
        ? await this.records.loadUsed(only.id, this.#age(only), this.#rolling?.every)
        : { record: await this.#loadAny(valid), isDue: false };
    const loaded =
      record.state === "live" ? valid.find(({ id }) => id === record.loadedBy) : undefined;
    const { undecipherable } = record;
    publishCookies(name, all, loaded, undecipherable);
    if (valid.length > 1) publish("ambiguous", () => ({ name, cookies: valid.length }));
    if (loaded) return new Session({ settings, name, record, loaded, isDue, carrier });
    const isUndecipherable = record.state === "new" && undecipherable.length > 0;
    const ended = isUndecipherable ? "undecipherable" : "gone";
    const rejected = valid.length > 0 ? ended : all.at(-1)?.rejected;
    // In the settling time it is left alone: the browser may have a newer one. So is one whose record another process can decrypt.
    const hasDeadCookie = record.state === "new" && !isUndecipherable && areDead(all, valid);
    return this.#startSession({ settings, name, record, rejected, hasDeadCookie, carrier });
  }

  create(name: string = this.defaultName, cookie?: CookieOptions): Session<Data> {
    const settings = this.#settingsOf(name, cookie);
    return this.#startSession({ settings, name, record: this.records.create() });
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

  principal(id: string): PrincipalSessions {
    return this.records.principal(id);
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

  /** Whether a request keeps its session alive. A cookie that could not be sent would expire nevertheless. */
  #isUse(carrier: CookieCarrier | undefined): boolean {
    if (!this.#rolling) return false;
    return carrier === undefined || (carrier.canSendCookies() && carrier.isActivity !== false);
  }

  #age({ issuedAt }: Decoded): number {
    return this.#settings.now() - issuedAt;
  }

  async #loadAny(valid: readonly Decoded[]): Promise<SessionRecord<Data>> {
    return valid.length > 0
      ? this.records.loadFirst(valid.map(({ id }) => id))
      : this.records.create();
  }

  #startSession(parts: SessionParts<Data>): Session<Data> {
    const { settings, record } = parts;
    if (settings !== this.#settings) record.maxAge = settings.cookieOptions.maxAge;
    return new Session(parts);
  }

  /** The name that the MAC covers. Cookie names contain no slash, so no other cookie and no other audience have the same one. */
  #signedName(name: string): string {
    return this.#audience === undefined ? name : `${name}/${this.#audience}`;
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

type Cookie = Decoded | Rejected;

/** Decodes the cookies of one name until enough of them are valid. */
function decodeAll(
  codec: Codec,
  name: string,
  values: readonly string[],
): { readonly all: readonly Cookie[]; readonly valid: readonly Decoded[] } {
  const all: Cookie[] = [];
  const valid: Decoded[] = [];
  for (const value of values.length === 1 ? values : new Set(values)) {
    const cookie = codec.decode(name, value);
    all.push(cookie);
    // Forged cookies do not count, or they could hide the good one.
    if (cookie.rejected !== undefined || valid.some(({ id }) => id === cookie.id)) continue;
    if (valid.push(cookie) === MAX_VALID) break;
  }
  return { all, valid };
}

/**
 * Whether none of the cookies, of which no valid one has a live session, can be good. One that these keys did not make may be good in
 * another process, which has newer keys or another session library. So may be one that was not decoded.
 */
function areDead(all: readonly Cookie[], valid: readonly Decoded[]): boolean {
  if (valid.length === MAX_VALID) return false;
  return all.every(({ rejected }) => rejected === undefined || rejected === "expired");
}

/** Publishes the events of a load. Cookies after the one that was used were not tried. Undecipherable records have published theirs. */
function publishCookies(
  name: string,
  all: readonly Cookie[],
  used: Decoded | undefined,
  undecipherable: readonly string[],
): void {
  for (const cookie of all) {
    if (cookie === used) break;
    if (cookie.rejected === undefined && undecipherable.includes(cookie.id)) continue;
    publish("rejected", () => ({ name, reason: cookie.rejected ?? "gone" }));
  }
  if (!used) return;
  const { keyIndex } = used;
  if (keyIndex > 0) publish("old-key", () => ({ name, keyIndex }));
}
