// The store for applications that stay on express-session: its sets are merged, and none brings an ended session back.
import { ConfigError, type Records, type RediStore } from "@redistore/core";
import { type Session, type SessionData, Store } from "express-session";
import { answerCallback, type Callback } from "./call-back.ts";
import { refuseCookie, type Request, saveBeforeAnswer } from "./save-before-response.ts";
import { hasData, type HeldSession, StoredSession } from "./express-record.ts";

type AnyRecords = RediStore<object> | Records<object>;

/** Where the sessions are: a store of `createStore`, records of `createRecords`, or a promise of either. */
export type SessionsSource = AnyRecords | PromiseLike<AnyRecords>;

type Generate = (req: Request) => void;

/** Sessions that are looked at, or ended, at the same time. */
const CHUNK = 50;

/**
 * A store for express-session 1.17 and later:
 *
 * ```ts
 * const records = await createRecords(withURL("redis://localhost:6379"), withKeyPrefix("sess:"));
 * app.use(session({ store: new ExpressSessionStore(records), secret, resave: false, saveUninitialized: false }));
 * ```
 *
 * It remembers what each session was loaded from. A `set` stores what the request changed since, by top-level key, over what others
 * stored meanwhile; where the session has been ended meanwhile it stores nothing and fails with SessionGoneError (status 409), unless
 * there was nothing to store. A session that was made of nothing (`set` of an object that this store never gave out) replaces the
 * stored one whole.
 *
 * Lifetimes are those of `session.cookie`; where it ends with the browser, `withDefaultMaxAge` (86,400 s in `createRecords`). Ids are
 * express-session's own: `genid` has to give one that was never used. With `withKeyPrefix("sess:")` it goes on with what connect-redis
 * stored, in the same format.
 *
 * Every method also gives a promise. Failures: StoreUnavailableError (503), SessionGoneError and ConflictError (409),
 * SerializationError, SessionTooLargeError.
 */
export class ExpressSessionStore extends Store {
  readonly #source: SessionsSource;
  /** By the objects that express-session has of a session: what `get` gave, and the Session made of it. */
  readonly #stored = new WeakMap<object, StoredSession>();
  /** Sessions that express-session made of nothing, under ids that nobody else knows. */
  readonly #generated = new WeakSet<object>();
  /** Requests whose answers wait. */
  readonly #held = new WeakSet<object>();
  #generate: Generate | undefined;

  /** @throws ConfigError where `source` is neither */
  constructor(source: SessionsSource) {
    super();
    if (!isSource(source)) {
      throw new ConfigError(
        "new ExpressSessionStore() takes what createStore or createRecords gives, or a promise of it. In place of the options of connect-redis: await createRecords(withClient(client), withKeyPrefix(prefix)).",
      );
    }
    this.#source = source;
  }

  /** Assigned by express-session, which makes new sessions with it. */
  get generate(): Generate | undefined {
    return this.#generate;
  }

  set generate(generate: Generate) {
    this.#generate = (req) => {
      generate(req);
      this.#generated.add(req.session);
      this.#hold(req);
    };
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(req, data);
    const stored = this.#stored.get(data);
    if (stored) this.#stored.set(session, stored);
    stored?.given(session);
    this.#hold(req);
    return session;
  }

  /** The session under `sid`, null where there is none. */
  override get(sid: string, callback?: Callback<SessionData | null>): Promise<SessionData | null> {
    return answerCallback(this.#get(sid), callback);
  }

  /** Stores what was changed in `session` since it was loaded, or creates it. */
  override set(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return answerCallback(this.#set(sid, session), callback);
  }

  /** Puts the expiry off, and stores nothing. That there is no such session is no error. */
  override touch(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return answerCallback(this.#touch(sid, session), callback);
  }

  /** Ends the session for all requests, also for those that hold it at the moment. */
  override destroy(sid: string, callback?: Callback<void>): Promise<void> {
    return answerCallback(this.#destroy(sid), callback);
  }

  /**
   * Ends the session of `req` and gives it a new, empty one under a new id, which a logout that still has the old one ends too.
   *
   * @throws SessionGoneError where another request has ended it first: a login must not undo a logout
   */
  override regenerate(req: Request, callback?: Callback<void>): Promise<void> {
    return answerCallback(this.#regenerate(req), callback);
  }

  /** All sessions, each with its `id`, by SCAN. For operators: O(keys in the database). */
  override all(callback?: Callback<SessionData[]>): Promise<SessionData[]> {
    return answerCallback(this.#all(), callback);
  }

  /** All ids, by SCAN. O(keys in the database). */
  ids(callback?: Callback<string[]>): Promise<string[]> {
    return answerCallback(this.#ids(), callback);
  }

  /** How many sessions there are, by SCAN. O(keys in the database). */
  override length(callback?: Callback<number>): Promise<number> {
    const counted = this.#records().then((records) => records.count());
    return answerCallback(counted, callback);
  }

  /** Ends all sessions under the key prefix. O(keys in the database). */
  override clear(callback?: Callback<void>): Promise<void> {
    return answerCallback(this.#clear(), callback);
  }

  async #records(): Promise<Records<object>> {
    const source = await this.#source;
    return "records" in source ? source.records : source;
  }

  async #get(sid: string): Promise<SessionData | null> {
    const records = await this.#records();
    const stored = new StoredSession(sid, await records.load(sid));
    if (!stored.isLive) return null;
    const data = stored.data();
    this.#stored.set(data, stored);
    return data;
  }

  async #set(sid: string, session: SessionData): Promise<void> {
    const records = await this.#records();
    const stored = this.#find(records, sid, session) ?? (await this.#look(records, sid));
    await stored.save(session);
  }

  async #touch(sid: string, session: SessionData): Promise<void> {
    const records = await this.#records();
    const stored = this.#find(records, sid, session) ?? (await this.#look(records, sid));
    await stored.touch(session);
  }

  async #destroy(sid: string): Promise<void> {
    const records = await this.#records();
    await records.destroy(sid);
  }

  async #regenerate(req: Request): Promise<void> {
    const [oldId, oldSession] = [req.sessionID, req.session as Session | undefined];
    this.#generate?.(req);
    const { sessionID: newId, session } = req;
    try {
      const old = oldSession && this.#stored.get(oldSession);
      if (old?.isLive) this.#stored.set(session, await old.move(newId));
      else await this.#destroy(oldId);
    } catch (error) {
      refuseCookie(req);
      throw error;
    }
  }

  async #ids(): Promise<string[]> {
    const ids = new Set<string>();
    for await (const id of (await this.#records()).ids()) ids.add(id);
    return [...ids];
  }

  async #all(): Promise<SessionData[]> {
    const found = await this.#each((sid) =>
      this.#get(sid).then((data) => data && { ...data, id: sid }),
    );
    return found.filter((data) => data !== null);
  }

  async #clear(): Promise<void> {
    await this.#each((sid) => this.#destroy(sid));
  }

  async #each<Result>(act: (sid: string) => Promise<Result>): Promise<Result[]> {
    const ids = await this.#ids();
    const results: Result[] = [];
    while (ids.length > 0) results.push(...(await Promise.all(ids.splice(0, CHUNK).map(act))));
    return results;
  }

  #hold(req: Request): void {
    if (this.#held.has(req)) return;
    this.#held.add(req);
    saveBeforeAnswer(req, (session) => {
      const stored = this.#stored.get(session);
      return stored?.needsSave(session) ?? (this.#generated.has(session) && hasData(session));
    });
  }

  /** What `session` belongs to. Undefined for an object that is not of this store, or of another id. */
  #find(records: Records<object>, sid: string, session: HeldSession): StoredSession | undefined {
    const known = this.#stored.get(session);
    if (known || !this.#generated.has(session)) return known?.sid === sid ? known : undefined;
    const created = new StoredSession(sid, records.create(sid));
    this.#stored.set(session, created);
    return created;
  }

  async #look(records: Records<object>, sid: string): Promise<StoredSession> {
    const present = await records.load(sid);
    return new StoredSession(sid, present.state === "new" ? records.create(sid) : present);
  }
}

function isSource(source: unknown): boolean {
  if (typeof source !== "object" || source === null) return false;
  return "records" in source || "load" in source || "then" in source;
}
