// The members of ctx.session that Koa users know, over the session behind it.
import { ConfigError, type Regeneration } from "@redistore/core";
import {
  type Callback,
  type FacadeRequest,
  SessionFacade,
  sessionObjects,
  type Values,
} from "@redistore/http";

/** RFC 6265bis, section 5.6: browsers cut Max-Age to 400 days. */
const MAX_MILLISECONDS = 400 * 86_400_000;

const sessionObject = sessionObjects<KoaSessionFacade>({
  name: "ctx.session",
  values: "getSession(ctx).values",
  members: [
    "id",
    "publicId",
    "isNew",
    "length",
    "populated",
    "maxAge",
    "save",
    "regenerate",
    "destroy",
    "reload",
    "touch",
    "toJSON",
  ],
  settable: ["maxAge"],
});

export class KoaSessionFacade extends SessionFacade {
  readonly #object: object;
  /** The lifetime in seconds before `ctx.session = null`. */
  #endedWith: number | undefined;
  /** The data of the session that follows the ended one. */
  #next: Values | undefined;

  constructor(request: FacadeRequest) {
    super(request);
    this.#object = sessionObject(this);
  }

  /** What `ctx.session` returns, and the methods that return the session. */
  get object(): object {
    return (this.#endedWith === undefined || this.#next ? this.#object : null) as object;
  }

  override get values(): Values {
    return this.#next ?? super.values;
  }

  get isNew(): boolean {
    return this.request.session.isNew;
  }

  get length(): number {
    return Object.keys(this.toJSON()).length;
  }

  get populated(): boolean {
    return this.length > 0;
  }

  get maxAge(): number | "session" {
    const seconds = this.#endedWith ?? this.request.session.options.maxAge;
    return seconds === 0 ? "session" : seconds * 1000;
  }

  set maxAge(milliseconds: number | "session") {
    const seconds = toSeconds(milliseconds);
    if (this.#endedWith === undefined) this.request.session.options.maxAge = seconds;
    else this.#endedWith = seconds;
  }

  override save(callback?: Callback): Promise<void> | object {
    return this.give(
      this.#started().then(() => this.request.session.save()),
      callback,
    );
  }

  override reload(callback?: Callback): Promise<void> | object {
    return this.give(
      this.#started().then(() => this.request.session.reload()),
      callback,
    );
  }

  override touch(callback?: Callback): Promise<void> | object {
    return this.give(
      this.#started().then(() => this.request.session.touch()),
      callback,
    );
  }

  toJSON(): Values {
    return { ...(this.#object as Values) };
  }

  /** `ctx.session = value` */
  assign(value: unknown): void {
    if (value === null) return this.#scheduleEnd();
    if (typeof value !== "object" || Array.isArray(value)) {
      throw new ConfigError(
        `ctx.session cannot be set to ${Array.isArray(value) ? "an array" : typeof value}. Null ends the session, an object takes the place of all data.`,
      );
    }
    // Copied before anything is deleted: it may be made of this session, or be it.
    this.#replaceValues({ ...value });
  }

  /** Data were set after `ctx.session = null`. */
  get startsAnew(): boolean {
    return this.#next !== undefined && this.#endedWith !== undefined;
  }

  /** Ends the old session, and begins a new one with the data that were set after `ctx.session = null`. */
  async start(): Promise<void> {
    if (!this.#next || this.#endedWith === undefined) return;
    const { session } = this.request;
    await session.destroy();
    await session.regenerate({ keep: false });
    session.options.maxAge = this.#endedWith;
    Object.assign(session.values, this.#next);
    this.#endedWith = undefined;
    this.#next = undefined;
  }

  protected async startAnew(options: Regeneration): Promise<void> {
    await this.#started();
    await this.request.session.regenerate(options);
  }

  protected end(): Promise<void> {
    this.#scheduleEnd();
    return this.request.session.destroy();
  }

  async #started(): Promise<void> {
    if (this.startsAnew) await this.start();
  }

  #scheduleEnd(): void {
    const { session } = this.request;
    clear(session.values);
    this.#next = undefined;
    this.#endedWith ??= session.options.maxAge;
    // The next save ends the session; the response causes one.
    session.options.maxAge = -1;
  }

  #replaceValues(data: Values): void {
    const before = this.#next;
    this.#next = Object.create(null) as Values;
    try {
      Object.assign(this.#object, data);
    } catch (error) {
      // A reserved name: nothing is changed.
      this.#next = before;
      throw error;
    }
    if (this.#endedWith !== undefined) return;
    const { values } = this.request.session;
    clear(values);
    Object.assign(values, this.#next);
    this.#next = undefined;
  }
}

function clear(values: Values): void {
  for (const key of Reflect.ownKeys(values)) delete values[key];
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
