// The public surface of @redistore/koa/koa-session.
export {
  KoaSessionStore,
  type KoaSessionData,
  type KoaStoreOptions,
} from "../drop-in/koa-session-store.ts";
