// For applications that have @types/express-session, too: gives its Session the promises and the data of this package. Imported on request.
import type { Regeneration, SessionData as StoreData } from "@redistore/core";
import type { Callback } from "@redistore/http";

type StoreKey = Extract<keyof StoreData, string>;

declare module "express-session" {
  interface Session {
    /** See `ExpressSession` of @redistore/express. */
    save(): Promise<void>;
    save(callback: Callback): this;
    regenerate(options?: Regeneration<StoreKey>): Promise<void>;
    regenerate(options: Regeneration<StoreKey>, callback: Callback): this;
    destroy(): Promise<void>;
    reload(): Promise<void>;
    touch(): Promise<void>;
    touch(callback: Callback): this;
  }

  // eslint-disable-next-line typescript/no-empty-object-type -- the values are those of the store
  interface SessionData extends StoreData {}
}
