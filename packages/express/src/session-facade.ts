// The members of req.session that Express users know, over the session behind it.
import { ConfigError, type Regeneration } from "@redistore/core";
import { type FacadeRequest, SessionFacade, sessionObjects, type Values } from "@redistore/http";
import { SessionCookie } from "./session-cookie.ts";

/** What the facade has to know of its request. */
export interface ExpressFacadeRequest extends FacadeRequest {
  /** The facade that `req.session` shows. */
  facade: ExpressSessionFacade | undefined;
  noteAccess(): void;
}

/** What a session object shows when it is no longer `req.session`. */
interface Former {
  readonly id: string;
  readonly publicId: string;
  readonly values: Values;
}

const sessionObject = sessionObjects<ExpressSessionFacade>({
  name: "req.session",
  values: "getSession(req).values",
  members: [
    "id",
    "publicId",
    "cookie",
    "save",
    "regenerate",
    "destroy",
    "reload",
    "touch",
    "resetMaxAge",
  ],
  checkChange: (facade, key) => {
    if (!facade.isReplaced) return;
    throw new ConfigError(
      `"${String(key)}" was changed in a session that is no longer req.session: it was regenerated or destroyed. Read req.session again.`,
    );
  },
});

export class ExpressSessionFacade extends SessionFacade<ExpressFacadeRequest> {
  readonly object: object = sessionObject(this);
  #former: Former | undefined;
  #cookie: SessionCookie | undefined;

  get isReplaced(): boolean {
    return this.#former !== undefined;
  }

  override get values(): Values {
    this.request.noteAccess();
    return this.#former?.values ?? super.values;
  }

  override get id(): string {
    return this.#former?.id ?? super.id;
  }

  override get publicId(): string {
    return this.#former?.publicId ?? super.publicId;
  }

  get cookie(): SessionCookie {
    return (this.#cookie ??= new SessionCookie(this.request.session.options));
  }

  /** Every save begins the lifetime anew, so there is nothing to reset. */
  resetMaxAge(): object {
    return this.object;
  }

  /** From now on `next` is `req.session`. This object can still be read, and shows `former`. */
  replaceBy(next: ExpressSessionFacade | undefined, former: Former = this.#capture()): void {
    this.#former ??= former;
    this.request.facade = next;
  }

  protected async startAnew(options: Regeneration): Promise<void> {
    const former = this.#capture();
    await this.request.session.regenerate({ keep: false, ...options });
    this.replaceBy(new ExpressSessionFacade(this.request), former);
  }

  protected end(): Promise<void> {
    this.replaceBy(undefined);
    return this.request.session.destroy();
  }

  #capture(): Former {
    const { id, publicId } = this;
    // Without a prototype, as the values themselves.
    return {
      id,
      publicId,
      values: Object.assign(Object.create(null) as Values, this.values),
    };
  }
}
