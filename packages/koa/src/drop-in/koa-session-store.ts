// The store for applications that stay on koa-session: saves are merged, and an ended session stays ended.
import { setImmediate } from "node:timers/promises";
import {
  isRedistoreError,
  type PrincipalSessions,
  type Records,
  SessionGoneError,
  type StoreUnavailableError,
} from "@redistore/core";
import {
  checkedTtl,
  type HostStoreOptions,
  type RecordsInput,
  recordsSource,
  type Source,
} from "@redistore/core/web";
import { type KoaSessionData, KoaRecord } from "./koa-record.ts";
import {
  assertCookieCanBeSent,
  endBeforeResponse,
  isCookieRefused,
  keepCookieWithErrors,
  type StoreContext,
} from "./koa-response.ts";

export type { KoaSessionData } from "./koa-record.ts";

/** What koa-session passes beside the session. */
export interface KoaStoreOptions {
  /** Koa's context, which koa-session passes from 6.1 on. It tells which load a save belongs to. */
  readonly ctx?: StoreContext | undefined;
}

/** The sessions of one request. */
interface ContextSessions {
  readonly byKey: Map<string, KoaRecord>;
  /** Keys whose sessions this request ended. koa-session may use them again. */
  readonly ended: Set<string>;
  /** A session that is regenerated: its old key was given up, and the new one comes with the next `set`. */
  regenerating?: KoaRecord | undefined;
  /** The last key that the browser has to learn from this response. */
  newKey?: string | undefined;
  /** Redis did not take a save of this request: the client is told to try again. */
  failed?: StoreUnavailableError | undefined;
}

/**
 * A store for koa-session 6.1 and later:
 *
 * ```ts
 * const records = await createRecords(withURL("redis://localhost:6379"));
 * app.use(session({ store: new KoaSessionStore(records) }, app));
 * ```
 *
 * A save stores what the request changed since it loaded the session, merged by top-level key into what other requests stored. If the
 * session has ended meanwhile, it stores nothing and fails with SessionGoneError: Koa responds 409, and koa-session sends no cookie.
 * `ctx.session.regenerate()` keeps what other requests stored. Without a `ctx`, `set` replaces the stored session.
 *
 * The lifetime is koa-session's `maxAge`; for `"session"`, `withDefaultMaxAge` (86,400 s in `createRecords`). koa-session generates the
 * keys: a `genid` of your own must never return a key twice.
 *
 * Every method rejects with StoreUnavailableError (503) if Redis does not reply; `set` also with SessionGoneError, ConflictError (409),
 * HeadersSentError, SerializationError and SessionTooLargeError.
 */
export class KoaSessionStore {
  readonly #source: Source<Records<object>>;
  readonly #ttl: HostStoreOptions["ttl"];
  readonly #contexts = new WeakMap<object, ContextSessions>();

  /**
   * @param records what `createRecords` or `createStore` returns, or a promise of it, or a function that returns either: it is called at
   * once, and again by a later request if it failed
   * @param options.ttl the lifetime of a session by its data, in seconds; default: koa-session's `maxAge`
   * @throws ConfigError if it is none of these
   */
  constructor(records: RecordsInput, options: HostStoreOptions = {}) {
    this.#ttl = checkedTtl("new KoaSessionStore()", options);
    this.#source = recordsSource("new KoaSessionStore()", records);
  }

  /** The sessions of one user, whom `withPrincipal` names, to list and to end them. */
  async principal(id: string): Promise<PrincipalSessions> {
    const lifetime = (values: KoaSessionData): number =>
      this.#ttl?.(values) ?? Math.ceil(Number(values["_maxAge"] ?? 0) / 1000);
    return (await this.#source.open()).principal(id, lifetime);
  }

  /** The session under `key`, or undefined. */
  async get(
    key: string,
    _maxAge?: number | "session",
    { ctx }: KoaStoreOptions = {},
  ): Promise<KoaSessionData | undefined> {
    const records = await this.#source.open();
    const record = new KoaRecord(await records.load(key), this.#ttl);
    if (!record.isLive) return undefined;
    if (ctx) this.#sessionsOf(ctx).byKey.set(key, record);
    return record.data();
  }

  /** Stores what changed in `session` since it was loaded, or creates it. `maxAge` is in milliseconds. */
  async set(
    key: string,
    session: KoaSessionData,
    maxAge?: number | "session",
    { ctx }: KoaStoreOptions = {},
  ): Promise<void> {
    const records = await this.#source.open();
    if (!ctx) {
      const present = await records.load(key);
      const record = new KoaRecord(
        present.state === "new" ? records.create(key) : present,
        this.#ttl,
      );
      return record.save(session, maxAge);
    }
    const sessions = this.#sessionsOf(ctx);
    // koa-session saves once more when the request ends, also if its handler threw the error of an explicit save.
    if (sessions.failed) throw sessions.failed;
    try {
      await this.#setIn(ctx, records, key, session, maxAge);
    } catch (error) {
      if (isUnavailable(error)) sessions.failed = error;
      throw error;
    }
  }

  /**
   * Ends the session, also for requests that have loaded it. With a `ctx` whose `ctx.session` is still there it resolves a moment before
   * that, because koa-session regenerates in this way, and the response waits for it. To wait yourself, leave the `ctx` out. After the header
   * it rejects with HeadersSentError: the browser would never learn the new key.
   */
  async destroy(key: string, { ctx }: KoaStoreOptions = {}): Promise<void> {
    const records = await this.#source.open();
    const sessions = ctx && this.#sessionsOf(ctx);
    const record = sessions?.byKey.get(key);
    // When koa-session ends a session, `ctx.session` is null.
    if (sessions && record && hasSession(ctx)) {
      assertCookieCanBeSent(ctx);
      sessions.byKey.delete(key);
      sessions.ended.add(key);
      sessions.regenerating = record;
      endBeforeResponse(ctx, this.#endUnlessRegenerated(sessions, record));
    } else if (await (record?.destroy() ?? records.destroy(key))) {
      sessions?.ended.add(key);
    }
  }

  async #setIn(
    ctx: StoreContext,
    records: Records<object>,
    key: string,
    session: KoaSessionData,
    maxAge: unknown,
  ): Promise<void> {
    const sessions = this.#sessionsOf(ctx);
    const { byKey, ended, regenerating } = sessions;
    const known = byKey.get(key);
    if (known) return known.save(session, maxAge, ctx);
    if (ended.has(key)) throw new SessionGoneError(ENDED);
    assertCookieCanBeSent(ctx);
    // koa-session gets the error from Koa when it sets the cookie, which is its next step.
    if (!regenerating && isCookieRefused(ctx)) return;
    sessions.regenerating = undefined;
    const record = regenerating ?? new KoaRecord(records.create(key), this.#ttl);
    byKey.set(key, record);
    await (regenerating
      ? record.regenerate(key, session, maxAge, ctx)
      : record.save(session, maxAge, ctx));
    if (sessions.newKey === undefined) keepCookieWithErrors(ctx, () => liveNewKey(sessions));
    sessions.newKey = key;
  }

  /**
   * koa-session regenerates by `destroy` and, as soon as that has resolved, `set` under a new key. Without that `set` the session has to
   * end after all.
   */
  async #endUnlessRegenerated(sessions: ContextSessions, record: KoaRecord): Promise<void> {
    await setImmediate();
    if (sessions.regenerating !== record) return;
    sessions.regenerating = undefined;
    await record.destroy();
  }

  #sessionsOf(ctx: object): ContextSessions {
    let sessions = this.#contexts.get(ctx);
    if (!sessions) this.#contexts.set(ctx, (sessions = { byKey: new Map(), ended: new Set() }));
    return sessions;
  }
}

const ENDED =
  "This request ended the session (by a logout or by regenerate), so the changes under its old key were not stored.";

function liveNewKey({ byKey, newKey = "" }: ContextSessions): string | undefined {
  return byKey.get(newKey)?.isLive ? newKey : undefined;
}

function hasSession(ctx: KoaStoreOptions["ctx"]): boolean {
  return typeof ctx?.session === "object" && ctx.session !== null;
}

function isUnavailable(error: unknown): error is StoreUnavailableError {
  return isRedistoreError(error) && error.code === "ERR_REDISTORE_UNAVAILABLE";
}
