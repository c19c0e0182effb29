// What ctx.session stands for: the members that koa-session's users know, over the session behind it.
import { inspect } from "node:util";
import { ConfigError, type Regeneration, type Session } from "@redistore/core";
import { type SessionHost, sessionObjects } from "@redistore/http";

/** @internal Data by key. */
export type Values = SessionHost["values"];

type Callback = (error?: unknown) => void;

/** RFC 6265bis, section 5.6: browsers cut Max-Age to 400 days. */
const MAX_MILLISECONDS = 400 * 86_400_000;

const present = sessionObjects<HostSession>({
  name: "ctx.session",
  values: "getSession(ctx).values",
  members: ["isNew", "length", "populated", "maxAge", "save", "regenerate", "toJSON"],
  settable: ["maxAge"],
});

/** @internal */
export class HostSession implements SessionHost {
  readonly session: Session<Values>;
  readonly #object: object = present(this);
  /** Seconds: the lifetime before `ctx.session = null`. */
  #endedWith: number | undefined;
  /** The data of the session that follows the ended one. */
  #next: Values | undefined;

  constructor(session: Session<Values>) {
    this.session = session;
  }

  /** What `ctx.session` gives. */
  get object(): object | null {
    return this.#endedWith === undefined || this.#next ? this.#object : null;
  }

  get values(): Values {
    return this.#next ?? this.session.values;
  }

  get isNew(): boolean {
    return this.session.isNew;
  }

  get length(): number {
    return Object.keys(this.toJSON()).length;
  }

  get populated(): boolean {
    return this.length > 0;
  }

  get maxAge(): number | "session" {
    const seconds = this.#endedWith ?? this.session.options.maxAge;
    return seconds === 0 ? "session" : seconds * 1000;
  }

  set maxAge(milliseconds: number | "session") {
    const seconds = toSeconds(milliseconds);
    if (this.#endedWith === undefined) this.session.options.maxAge = seconds;
    else this.#endedWith = seconds;
  }

  save(callback?: Callback): Promise<void> | void {
    return give(this.#save(), callback);
  }

  regenerate(options?: Regeneration | Callback): Promise<void> | void {
    if (typeof options === "function") return give(this.#regenerate(), options);
    return this.#regenerate(options);
  }

  toJSON(): Values {
    return { ...(this.#object as Values) };
  }

  /** `ctx.session = value` */
  assign(value: unknown): void {
    if (value === null) return this.#end();
    if (typeof value !== "object" || Array.isArray(value)) {
      throw new ConfigError(
        `ctx.session cannot be set to ${Array.isArray(value) ? "an array" : typeof value}. Null ends the session, an object takes the place of all data.`,
      );
    }
    // Copied before anything is deleted: it may be made of this very session, or be it.
    this.#replace({ ...value });
  }

  /** `ctx.session = null`, and data were set after it. */
  get beginsAnew(): boolean {
    return this.#next !== undefined && this.#endedWith !== undefined;
  }

  /** The data that were set after `ctx.session = null` belong to a new session: nobody who knew the old id is in it. */
  async begin(): Promise<void> {
    if (!this.#next || this.#endedWith === undefined) return;
    await this.session.destroy();
    await this.session.regenerate({ keep: false });
    this.session.options.maxAge = this.#endedWith;
    Object.assign(this.session.values, this.#next);
    this.#endedWith = undefined;
    this.#next = undefined;
  }

  #end(): void {
    clear(this.session.values);
    this.#next = undefined;
    this.#endedWith ??= this.session.options.maxAge;
    // The next save ends it, and that of the response is soon.
    this.session.options.maxAge = -1;
  }

  #replace(data: Values): void {
    const before = this.#next;
    this.#next = Object.create(null) as Values;
    try {
      Object.assign(this.#object, data);
    } catch (error) {
      // A reserved name: all stays as it was.
      this.#next = before;
      throw error;
    }
    if (this.#endedWith !== undefined) return;
    clear(this.session.values);
    Object.assign(this.session.values, this.#next);
    this.#next = undefined;
  }

  async #save(): Promise<void> {
    await this.begin();
    await this.session.save();
  }

  async #regenerate(options?: Regeneration): Promise<void> {
    await this.begin();
    await this.session.regenerate(options);
  }
}

// What `console.log(ctx.session)` shows: Node asks the target of a proxy for it, and calls it on the proxy.
Object.defineProperty(HostSession.prototype, inspect.custom, {
  value(this: Values): Values {
    return { ...this };
  },
});

function clear(values: Values): void {
  for (const key of Reflect.ownKeys(values)) delete values[key];
}

function give(work: Promise<void>, callback: Callback | undefined): Promise<void> | void {
  if (typeof callback !== "function") return work;
  // Not in the promise's own turn: what the callback throws has to be an exception, and not an unhandled rejection.
  work.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}

function toSeconds(milliseconds: unknown): number {
  if (milliseconds === "session") return 0;
  if (typeof milliseconds === "number" && milliseconds > 0 && milliseconds <= MAX_MILLISECONDS) {
    return Math.ceil(milliseconds / 1000);
  }
  throw new ConfigError(
    `ctx.session.maxAge is ${String(milliseconds)}. It takes milliseconds, above 0 and 400 days at most, or "session". To end the session: ctx.session = null.`,
  );
}
