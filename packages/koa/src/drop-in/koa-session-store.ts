// The store for applications that stay on koa-session: its sets are merged, and none brings an ended session back.
import { ConfigError, type Records, type RediStore, SessionGoneError } from "@redistore/core";
import { ENDED, type KoaSessionData, StoredSession } from "./koa-record.ts";

export type { KoaSessionData } from "./koa-record.ts";

type AnyRecords = RediStore<object> | Records<object>;

/** Where the sessions are: a store of `createStore`, records of `createRecords`, or a promise of either. */
export type SessionsSource = AnyRecords | PromiseLike<AnyRecords>;

/** What koa-session says beside the session. */
export interface KoaStoreOptions {
  /** Koa's context: tells which load a save belongs to. koa-session gives it from 6.1 on. */
  readonly ctx?: { readonly session?: unknown } | undefined;
}

/** The sessions of one request. */
interface InContext {
  /** By the key that koa-session knows them by. */
  readonly byKey: Map<string, StoredSession>;
  /** Keys that were good in this request, and are not any more. koa-session would use them again. */
  readonly ended: Set<string>;
  /** A session that has no key at the moment. */
  moving?: StoredSession | undefined;
}

/**
 * A store for koa-session 6.1 and later:
 *
 * ```ts
 * const records = await createRecords(withURL("redis://localhost:6379"));
 * app.use(session({ store: new KoaSessionStore(records) }, app));
 * ```
 *
 * It remembers what the session of each `ctx` was loaded from. A save stores what the request changed since, by top-level key, over
 * what others stored meanwhile; where the session has been ended meanwhile it stores nothing and fails with SessionGoneError (Koa
 * answers 409), so that koa-session sends no cookie. `ctx.session.regenerate()` takes along what others stored meanwhile. Without a
 * `ctx`, `set` replaces the stored session whole.
 *
 * Lifetimes are koa-session's `maxAge`; with `"session"`, `withDefaultMaxAge` (86,400 s in `createRecords`). Keys are koa-session's
 * own: `genid` has to give one that was never used.
 *
 * Every method rejects with StoreUnavailableError (503) where Redis does not answer; `set` also with SessionGoneError, ConflictError
 * (409), SerializationError and SessionTooLargeError.
 */
export class KoaSessionStore {
  readonly #source: SessionsSource;
  readonly #inContext = new WeakMap<object, InContext>();

  /** @throws ConfigError where `source` is neither */
  constructor(source: SessionsSource) {
    if (!isSource(source)) {
      throw new ConfigError(
        "new KoaSessionStore() takes what createStore or createRecords gives, or a promise of it.",
      );
    }
    this.#source = source;
  }

  /** The session under `key`, undefined where there is none. */
  async get(
    key: string,
    _maxAge?: number | "session",
    { ctx }: KoaStoreOptions = {},
  ): Promise<KoaSessionData | undefined> {
    const records = await this.#records();
    const stored = new StoredSession(await records.load(key));
    if (!stored.isLive) return undefined;
    if (ctx) this.#of(ctx).byKey.set(key, stored);
    return stored.data();
  }

  /** Stores what was changed in `session` since it was loaded, or creates it. `maxAge` is in milliseconds. */
  async set(
    key: string,
    session: KoaSessionData,
    maxAge?: number | "session",
    { ctx }: KoaStoreOptions = {},
  ): Promise<void> {
    const records = await this.#records();
    if (!ctx) {
      const present = await records.load(key);
      const stored = new StoredSession(present.state === "new" ? records.create(key) : present);
      return stored.save(session, maxAge);
    }
    const inContext = this.#of(ctx);
    const { byKey, ended, moving } = inContext;
    const known = byKey.get(key);
    if (known) return known.save(session, maxAge);
    if (ended.has(key)) throw new SessionGoneError(ENDED);
    if (moving) {
      await moving.arrive(key, session, maxAge);
      byKey.set(key, moving);
      inContext.moving = undefined;
    } else {
      const created = new StoredSession(records.create(key));
      byKey.set(key, created);
      await created.save(session, maxAge);
    }
  }

  /** Ends the session for all requests, also for those that hold it at the moment. */
  async destroy(key: string, { ctx }: KoaStoreOptions = {}): Promise<void> {
    const records = await this.#records();
    const inContext = ctx && this.#of(ctx);
    const stored = inContext?.byKey.get(key);
    // To regenerate a session koa-session destroys it and sets it under another key; to end it, it has none by now.
    if (inContext && stored?.isLive && hasSession(ctx)) {
      await stored.depart();
      inContext.byKey.delete(key);
      inContext.ended.add(key);
      inContext.moving = stored;
    } else if (await records.destroy(key)) {
      inContext?.ended.add(key);
    }
  }

  async #records(): Promise<Records<object>> {
    const source = await this.#source;
    return "records" in source ? source.records : source;
  }

  #of(ctx: object): InContext {
    let inContext = this.#inContext.get(ctx);
    if (!inContext) this.#inContext.set(ctx, (inContext = { byKey: new Map(), ended: new Set() }));
    return inContext;
  }
}

function hasSession(ctx: { readonly session?: unknown }): boolean {
  return typeof ctx.session === "object" && ctx.session !== null;
}

function isSource(source: unknown): boolean {
  if (typeof source !== "object" || source === null) return false;
  return "records" in source || "load" in source || "then" in source;
}
