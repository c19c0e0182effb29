// The store: cookie values to sessions and back, on the codec above and the records below.
import type { Health } from "../backends/backend.ts";
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
import type { Regeneration } from "../changes/regeneration.ts";
import type { SessionRecord } from "./session-record.ts";
import type { RediStore, SaveContext } from "./redi-store.ts";
import type { SessionHost } from "../cookies/browser-cookie.ts";
import { Session, type SessionRejection } from "./session.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";

/** How many cookies of one name are looked at: browsers send one for each path and domain, and no more than a few. */
const MAX_VALUES = 8;

/** What a store is made of. */
export interface StoreParts<Data extends object> {
  readonly records: Records<Data>;
  readonly keyRing: KeyRing;
  readonly defaultName: string;
  readonly cookieOptions: ResolvedCookieOptions;
  readonly now: () => number;
}

interface Host extends SessionHost {
  /** The cookie names that were checked with its attributes. */
  readonly names: Set<string>;
}

export class Store<Data extends object> implements RediStore<Data> {
  readonly defaultName: string;
  readonly records: Records<Data>;
  readonly #keyRing: KeyRing;
  readonly #host: Host;
  /** By the object that holds their attributes: a mount has one for good. */
  readonly #mountHosts = new WeakMap<CookieOptions, Host>();

  constructor({ records, keyRing, defaultName, cookieOptions, now }: StoreParts<Data>) {
    this.defaultName = defaultName;
    this.records = records;
    this.#keyRing = keyRing;
    this.#host = {
      cookieOptions,
      now,
      encode: (name, id) => keyRing.latest().encode(name, id),
      signatureAge: cookieOptions.maxAge,
      names: new Set(),
    };
  }

  load(
    name: string,
    cookieValues: string | readonly string[] = [],
    cookie?: CookieOptions,
  ): Promise<Session<Data>> {
    const values = typeof cookieValues === "string" ? [cookieValues] : cookieValues;
    return this.#load(name, values, cookie);
  }

  create(name: string = this.defaultName, cookie?: CookieOptions): Session<Data> {
    return this.#startSession(this.#hostOf(name, cookie), name, this.records.create());
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
    options?: Regeneration,
    context?: SaveContext,
  ): Promise<SetCookie[]> {
    await session.regenerate(options);
    return session.takeCookies(context);
  }

  sessions(): AsyncIterable<string> {
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

  /** The first acceptable value counts. One whose session has ended says more than one that was never good. */
  async #load(
    name: string,
    values: readonly string[],
    cookie: CookieOptions | undefined,
  ): Promise<Session<Data>> {
    const host = this.#hostOf(name, cookie);
    if (values.length === 0) return this.#startSession(host, name, this.records.create());
    const current = this.#keyRing.current();
    const codec = current instanceof Promise ? await current : current;
    let rejected: SessionRejection | undefined;
    let gone: SessionRecord<Data> | undefined;
    const different = values.length === 1 ? values : new Set(values.slice(0, MAX_VALUES));
    for (const value of different) {
      const decoded = codec.decode(name, value);
      if (decoded.rejected === undefined) {
        const record = await this.records.load(decoded.id);
        if (record.state === "live") {
          const { keyIndex } = decoded;
          if (keyIndex > 0) publish("old-key", () => ({ name, keyIndex }));
          return new Session(host, name, record, decoded);
        }
        // One that is known to have ended says more than one that nobody knows: it lets nothing be stored.
        if (gone?.state !== "gone") gone = record;
      }
      const reason = decoded.rejected ?? "gone";
      publish("rejected", () => ({ name, reason }));
      rejected = gone ? "gone" : reason;
    }
    return this.#startSession(host, name, gone ?? this.records.create(), rejected);
  }

  #startSession(
    host: SessionHost,
    name: string,
    record: SessionRecord<Data>,
    rejected?: SessionRejection,
  ): Session<Data> {
    if (host !== this.#host) record.maxAge = host.cookieOptions.maxAge;
    return new Session(host, name, record, undefined, rejected);
  }

  /** With the attributes of one mount over the store's own; `name` is checked with them. */
  #hostOf(name: string, cookie: CookieOptions | undefined): Host {
    const host = cookie ? this.#mountHost(name, cookie) : this.#host;
    const { names } = host;
    if (names.has(name)) return host;
    checkCookieName(name);
    checkCookie(name, host.cookieOptions);
    // Names come from code, not from requests; should they not, the memory of them is bounded.
    if (names.size < 1000) names.add(name);
    return host;
  }

  #mountHost(name: string, cookie: CookieOptions): Host {
    const known = this.#mountHosts.get(cookie);
    if (known) return known;
    const by = `The cookie options of "${name}"`;
    checkCookieOptions(by, cookie);
    const cookieOptions = { ...this.#host.cookieOptions, ...cookie };
    checkSeconds(`${by}: maxAge`, cookieOptions.maxAge);
    checkSignatureAge(by, cookieOptions.maxAge, this.#host.signatureAge);
    const host = { ...this.#host, cookieOptions, names: new Set<string>() };
    this.#mountHosts.set(cookie, host);
    return host;
  }
}
