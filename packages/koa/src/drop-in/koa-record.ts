// One load of one session: saves what koa-session made of it back into the record it came from.
import { isDeepStrictEqual } from "node:util";
import type { SessionRecord } from "@redistore/core";
import { type HostStoreOptions, leaveBehind } from "@redistore/core/web";

/** A session as koa-session stores it, with its lifetime: `_expire` and `_maxAge` in milliseconds, or `_session`. */
export type KoaSessionData = Record<string, unknown>;

/** koa-session keeps a stored session for this long after it expired. Milliseconds. */
const AFTER_EXPIRY = 10_000;

/** How koa-session notes the lifetime in the session. */
const LIFETIME = ["_maxAge", "_session"] as const;

/** The part of Koa's context that leads to koa-session's object. */
interface HostContext {
  readonly session?: unknown;
}

export class KoaRecord {
  readonly #record: SessionRecord<KoaSessionData>;
  readonly #ttl: HostStoreOptions["ttl"];
  /** The session when it was loaded or last saved. */
  #saved: KoaSessionData;
  /** Values that a save or regenerate left behind, and that `ctx.session` did not have to be deleted. They must not be stored again. */
  #leftBehind: KoaSessionData = {};

  constructor(record: SessionRecord<object>, ttl?: HostStoreOptions["ttl"]) {
    this.#record = record;
    this.#ttl = ttl;
    this.#saved = this.data();
  }

  get isLive(): boolean {
    return this.#record.state === "live";
  }

  /** The session as `get` returns it. */
  data(): KoaSessionData {
    return { ...this.#record.values };
  }

  /**
   * Stores what changed in `data` since it was loaded or last saved, merged into what other requests stored. If the session becomes another
   * user's, `ctx.session` loses what is not stored of the first user's values.
   *
   * @throws SessionGoneError if the session has ended
   */
  async save(data: KoaSessionData, maxAge: unknown, ctx?: HostContext): Promise<void> {
    const record = this.#record;
    const { principal } = record;
    this.#copyValues(data, maxAge);
    if (this.#ttl && this.#ttl(data) < 0) await record.destroy();
    else if ((await record.save()) && record.principal !== principal) this.#leaveBehind(data, ctx);
    this.#saved = data;
  }

  /**
   * Saves the session as `save` does and moves it to `key`, in one step: if that fails, the old key still works. If the session has ended, a
   * new one begins with what this request set.
   */
  async regenerate(
    key: string,
    data: KoaSessionData,
    maxAge: unknown,
    ctx: HostContext,
  ): Promise<void> {
    this.#copyValues(data, maxAge);
    const wentAlong = await this.#record.regenerate({}, key);
    if (!wentAlong) this.#leaveBehind(data, ctx);
    this.#saved = data;
  }

  /** Ends the session. Returns whether it was there. */
  destroy(): Promise<boolean> {
    return this.#record.destroy();
  }

  #copyValues(data: KoaSessionData, maxAge: unknown): void {
    const record = this.#record;
    const { values } = record;
    const left = this.#leftBehind;
    for (const key of Object.keys(values)) if (!Object.hasOwn(data, key)) delete values[key];
    const isOwn = (key: string): boolean =>
      !Object.hasOwn(left, key) || !isDeepStrictEqual(data[key], left[key]);
    Object.assign(values, pick(data, isOwn));
    // koa-session's own: unchanged they stay with the session, also if it becomes another user's. A change of them is a change as any other.
    record.incidentalKeys = LIFETIME.filter((key) => data[key] === this.#saved[key]);
    const isRenewal = this.#isRenewal(data);
    record.resolve = (key, mine, theirs) => {
      if (key !== "_expire" || !isRenewal) return mine;
      // A renewal does not cancel a longer lifetime that another request chose ("remember me").
      return typeof theirs === "number" ? Math.max(Number(mine), theirs) : theirs;
    };
    // Until the browser closes, maxAge is the text "session" and there is no `_expire`.
    record.lifetime = (merged) => {
      if (this.#ttl) return Math.max(1, this.#ttl(merged));
      const { _expire } = merged;
      return typeof _expire === "number"
        ? Math.ceil((_expire + AFTER_EXPIRY - Date.now()) / 1000)
        : Math.ceil((typeof maxAge === "number" ? maxAge : 0) / 1000);
    };
  }

  /** koa-session saves the object `ctx.session` and hands over a copy, without the names that begin with "_" but for its own. */
  #leaveBehind(data: KoaSessionData, ctx: HostContext | undefined): void {
    const sent = pick(data, (key) => !key.startsWith("_"));
    this.#leftBehind = leaveBehind(ctx?.session, sent, this.#record.values);
  }

  /** True if only the expiry moves and the lifetime is the same: koa-session moves the expiry with every save. */
  #isRenewal({ _expire, _maxAge }: KoaSessionData): boolean {
    const saved = this.#saved;
    return (
      typeof _expire === "number" &&
      typeof saved["_expire"] === "number" &&
      _maxAge === saved["_maxAge"]
    );
  }
}

function pick(data: KoaSessionData, isPicked: (key: string) => boolean): KoaSessionData {
  return Object.fromEntries(Object.entries(data).filter(([key]) => isPicked(key)));
}
