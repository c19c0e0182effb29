// The store for applications that stay on express-session: saves are merged, and an ended session stays ended.
import { isRedistoreError, type PrincipalSessions, type Records } from "@redistore/core";
import {
  checkedTtl,
  type HostStoreOptions,
  type RecordsInput,
  recordsSource,
  type Source,
} from "@redistore/core/web";
import { type Session, type SessionData, Store } from "express-session";
import { type Callback, withCallback } from "./callback.ts";
import { storedLifetime } from "./cookie-data.ts";
import { type AnySession, ExpressRecord, hasData, LOADED_FROM } from "./express-record.ts";
import {
  assertCookieCanBeSent,
  type ExpressRequest,
  saveBeforeResponse,
  suppressCookie,
} from "./save-before-response.ts";
import { isWorthStoring } from "./withheld-cookie.ts";

type Generate = (req: ExpressRequest) => void;

/** Errors of a save that would fail again: express-session must not repeat it while it sends the response. */
const SAVES_NEVER: ReadonlySet<string> = new Set([
  "ERR_REDISTORE_GONE",
  "ERR_REDISTORE_HEADERS_SENT",
]);

/** How many sessions `all` and `clear` load or destroy at the same time. */
const BATCH = 50;

/**
 * A store for express-session 1.17 and later:
 *
 * ```ts
 * const records = await createRecords(withURL("redis://localhost:6379"), withKeyPrefix("sess:"));
 * app.use(session({ store: new ExpressSessionStore(records), secret, resave: false, saveUninitialized: false }));
 * ```
 *
 * `set` stores what the request changed since it loaded the session, merged by top-level key into what other requests stored. If the
 * session has ended meanwhile, it stores nothing and fails with SessionGoneError (409), unless nothing was changed. An object that did
 * not come from this store replaces the stored session.
 *
 * The lifetime is that of `session.cookie`; without one, `withDefaultMaxAge` (86,400 s in `createRecords`). express-session generates the
 * ids: a `genid` of your own must never return an id twice. With `withKeyPrefix("sess:")` the store reads what connect-redis stored, and
 * writes the same format.
 *
 * Under Express the response waits until the session is stored. Every method also returns a promise. Errors: StoreUnavailableError
 * (503), SessionGoneError and ConflictError (409), HeadersSentError, SerializationError, SessionTooLargeError.
 */
export class ExpressSessionStore extends Store {
  readonly #source: Source<Records<object>>;
  readonly #ttl: HostStoreOptions["ttl"];
  /** The record of each session object: of the data that `get` returned, and of the Session made of it. */
  readonly #records = new WeakMap<object, ExpressRecord>();
  /** Sessions that express-session generated: nothing is stored under their ids. */
  readonly #generated = new WeakSet<object>();
  /** Requests whose responses wait for their session. */
  readonly #attached = new WeakSet<object>();
  /** The last save of a request, if it failed: an error response for it must not store the changes after all. */
  readonly #failedWrites = new WeakMap<object, { readonly error: unknown }>();
  #generate: Generate | undefined;

  /**
   * @param records what `createRecords` or `createStore` returns, or a promise of it, or a function that returns either: it is called at
   * once, and again by a later request if it failed
   * @param options.ttl the lifetime of a session by its data, in seconds, as connect-redis takes it; default: that of its cookie
   * @throws ConfigError if it is none of these
   */
  constructor(records: RecordsInput, options: HostStoreOptions = {}) {
    super();
    this.#ttl = checkedTtl("new ExpressSessionStore()", options);
    this.#source = recordsSource("new ExpressSessionStore()", records);
  }

  /** express-session assigns the function that generates a session. */
  get generate(): Generate | undefined {
    return this.#generate;
  }

  set generate(generate: Generate) {
    this.#generate = (req) => {
      generate(req);
      this.#generated.add(req.session);
      this.#attach(req);
    };
  }

  override createSession(req: ExpressRequest, data: SessionData): Session & SessionData {
    const session = super.createSession(req, { ...data });
    const record = this.#records.get(data);
    if (record) this.#records.set(session, record);
    record?.setGivenCookie(session);
    this.#attach(req);
    return session;
  }

  /** The session under `sid`, or null. */
  override get(sid: string, callback?: Callback<SessionData | null>): Promise<SessionData | null> {
    return withCallback(this.#get(sid), callback);
  }

  /** Stores what changed in `session` since it was loaded, or creates it. */
  override set(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return withCallback(this.#set(sid, session), callback);
  }

  /** Extends the expiry and stores nothing. A missing session is no error. */
  override touch(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return withCallback(this.#touch(sid, session), callback);
  }

  /** Ends the session, also for requests that have loaded it. */
  override destroy(sid: string, callback?: Callback<void>): Promise<void> {
    return withCallback(this.#destroy(sid), callback);
  }

  /**
   * Ends the session of `req` and gives the request an empty one under a new id. A logout that still has the old id does not end the new
   * one, as nothing of the old one goes along.
   *
   * @throws HeadersSentError if the response has begun: the browser could not learn the new id
   */
  override regenerate(req: ExpressRequest, callback?: Callback<void>): Promise<void> {
    return withCallback(this.#regenerate(req), callback);
  }

  /** The sessions of one user, whom `withPrincipal` names, to list and to end them. */
  async principal(id: string): Promise<PrincipalSessions> {
    const lifetime = (values: Readonly<Record<string, unknown>>): number =>
      this.#ttl?.(values) ?? storedLifetime(values["cookie"]);
    return (await this.#source.open()).principal(id, lifetime);
  }

  /** All sessions, each with its `id`, by SCAN. For operators: O(keys in the database). */
  override all(callback?: Callback<SessionData[]>): Promise<SessionData[]> {
    return withCallback(this.#all(), callback);
  }

  /** All ids, by SCAN. O(keys in the database). */
  ids(callback?: Callback<string[]>): Promise<string[]> {
    return withCallback(this.#ids(), callback);
  }

  /** The number of sessions, by SCAN. O(keys in the database). */
  override length(callback?: Callback<number>): Promise<number> {
    return withCallback(this.#count(), callback);
  }

  /** Ends all sessions whose keys begin with the prefix, by SCAN. O(keys in the database). */
  override clear(callback?: Callback<void>): Promise<void> {
    return withCallback(this.#clear(), callback);
  }

  async #get(sid: string): Promise<SessionData | null> {
    const records = await this.#source.open();
    const record = new ExpressRecord(sid, await records.load(sid), this.#ttl);
    if (!record.isLive) return null;
    const data = record.data();
    this.#records.set(data, record);
    return data;
  }

  async #set(sid: string, session: SessionData): Promise<void> {
    const { req } = session as { req?: ExpressRequest };
    try {
      const record = await this.#recordOf(sid, session);
      if (req && record.isNew) {
        assertCookieCanBeSent(req, sid);
        if (!isWorthStoring(req, sid, session, () => this.#destroy(sid))) return;
      }
      await record.save(session);
      if (req) this.#failedWrites.delete(req);
    } catch (error) {
      if (req?.session === session) {
        this.#failedWrites.set(req, { error });
        if (isRedistoreError(error) && SAVES_NEVER.has(error.code)) suppressCookie(req);
      }
      throw error;
    }
  }

  async #touch(sid: string, session: SessionData): Promise<void> {
    const record = await this.#recordOf(sid, session);
    await record.touch(session);
  }

  async #destroy(sid: string): Promise<void> {
    const records = await this.#source.open();
    await records.destroy(sid);
  }

  async #regenerate(req: ExpressRequest): Promise<void> {
    const [oldId, oldSession] = [req.sessionID, req.session as Session | undefined];
    assertCookieCanBeSent(req);
    this.#generate?.(req);
    const { sessionID: newId, session } = req;
    try {
      const old = oldSession && this.#records.get(oldSession);
      if (old?.isLive) this.#records.set(session, await old.regenerate(newId));
      else await this.#destroy(oldId);
    } catch (error) {
      suppressCookie(req);
      throw error;
    }
  }

  async #ids(): Promise<string[]> {
    const ids = new Set<string>();
    for await (const id of (await this.#source.open()).ids()) ids.add(id);
    return [...ids];
  }

  async #count(): Promise<number> {
    return (await this.#source.open()).count();
  }

  async #all(): Promise<SessionData[]> {
    const found = await this.#forEachId((sid) =>
      this.#get(sid).then((data) => data && { ...data, id: sid }),
    );
    return found.filter((data) => data !== null);
  }

  async #clear(): Promise<void> {
    await this.#forEachId((sid) => this.#destroy(sid));
  }

  async #forEachId<Result>(act: (sid: string) => Promise<Result>): Promise<Result[]> {
    const ids = await this.#ids();
    const results: Result[] = [];
    while (ids.length > 0) results.push(...(await Promise.all(ids.splice(0, BATCH).map(act))));
    return results;
  }

  #attach(req: ExpressRequest): void {
    if (this.#attached.has(req)) return;
    this.#attached.add(req);
    saveBeforeResponse(req, {
      needsSave: (session) =>
        this.#records.get(session)?.needsSave(session) ??
        (this.#generated.has(session) && hasData(session)),
      failedWrite: (failed) => this.#failedWrites.get(failed),
      giveUp: (failed) => {
        const record = this.#records.get(failed.session);
        // The browser must learn the id of a session that is stored, such as one that was just regenerated.
        if (record?.isLive) record.stopSaving();
        else suppressCookie(failed);
      },
    });
  }

  /** The record that `session` was loaded from or will be created in. An unknown object gets the present record under `sid`. */
  async #recordOf(sid: string, session: AnySession): Promise<ExpressRecord> {
    const records = await this.#source.open();
    const copied = (session as Record<string, unknown>)[LOADED_FROM];
    const known =
      this.#records.get(session) ?? (copied instanceof ExpressRecord ? copied : undefined);
    if (known?.sid === sid) return known;
    if (!known && this.#generated.has(session)) {
      const created = new ExpressRecord(sid, records.create(sid), this.#ttl);
      this.#records.set(session, created);
      return created;
    }
    const present = await records.load(sid);
    const stored = present.state === "new" ? records.create(sid) : present;
    return new ExpressRecord(sid, stored, this.#ttl);
  }
}
