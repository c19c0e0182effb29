// One load of one session: what koa-session has made of it goes back into the record it came from, and into no other.
import { SessionGoneError, type SessionRecord } from "@redistore/core";

/** A session as koa-session stores it, with what it notes of the lifetime: `_expire` and `_maxAge`, or `_session`. */
export type KoaSessionData = Record<string, unknown>;

/** koa-session keeps a record for so long after the session in it has expired; milliseconds. */
const AFTER_EXPIRY = 10_000;
/** How long a session waits for its new key, which comes at once. Seconds. */
const HANDOVER = 300;

/** What a save is told that comes after the end. */
export const ENDED =
  "The session was ended while this request used it (a logout, a new login or its expiry), or by this request itself; what was changed in it was not stored. Answer 409.";

export class StoredSession {
  readonly #record: SessionRecord<KoaSessionData>;
  /** What koa-session last noted of the lifetime. */
  #noted: KoaSessionData;

  constructor(record: SessionRecord<object>) {
    this.#record = record;
    this.#noted = this.data();
  }

  get isLive(): boolean {
    return this.#record.state === "live";
  }

  /** For `get`. */
  data(): KoaSessionData {
    return { ...this.#record.values };
  }

  /**
   * Stores what `data` has that was not there when it was loaded, or saved last, merged into what others stored meanwhile.
   *
   * @throws SessionGoneError where it was ended meanwhile
   */
  save(data: KoaSessionData, maxAge: unknown): Promise<void> {
    return this.#store(data, maxAge, async () => void (await this.#record.save()));
  }

  /**
   * Retires the key, for a new one that {@link arrive} tells. Meanwhile its values are where nobody finds them, except for a
   * logout that comes with the old key.
   *
   * @throws SessionGoneError where it was ended meanwhile
   */
  async depart(): Promise<void> {
    this.#record.lifetime = HANDOVER;
    await this.#record.regenerate();
  }

  /** Goes on under `key`. @throws SessionGoneError where it was ended meanwhile */
  async arrive(key: string, data: KoaSessionData, maxAge: unknown): Promise<void> {
    // Of an ended session regenerate would make a new one, as a login may.
    if (!this.isLive) throw new SessionGoneError(ENDED);
    await this.#store(data, maxAge, () => this.#record.regenerate({}, key));
  }

  async #store(data: KoaSessionData, maxAge: unknown, store: () => Promise<void>): Promise<void> {
    const record = this.#record;
    const { values } = record;
    for (const key of Object.keys(values)) if (!Object.hasOwn(data, key)) delete values[key];
    Object.assign(values, data);
    const renewal = this.#isRenewal(data);
    record.resolve = (key, mine, theirs) => {
      if (key !== "_expire" || !renewal) return mine;
      // A mere renewal does not undo the longer lifetime that somebody else has given the session ("remember me").
      return typeof theirs === "number" ? Math.max(Number(mine), theirs) : theirs;
    };
    // For a session that ends with the browser maxAge is the text "session", and nothing is noted.
    record.lifetime = ({ _expire }) =>
      typeof _expire === "number"
        ? Math.ceil((_expire + AFTER_EXPIRY - Date.now()) / 1000)
        : Math.ceil((typeof maxAge === "number" ? maxAge : 0) / 1000);
    await store();
    this.#noted = data;
  }

  /** Whether its end is moved on and its lifetime is what it was: koa-session does that with every save. */
  #isRenewal({ _expire, _maxAge }: KoaSessionData): boolean {
    const noted = this.#noted;
    return (
      typeof _expire === "number" &&
      typeof noted["_expire"] === "number" &&
      _maxAge === noted["_maxAge"]
    );
  }
}
