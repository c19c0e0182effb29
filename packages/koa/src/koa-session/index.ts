// The public surface of @redistore/koa/koa-session.
export {
  KoaSessionStore,
  type KoaSessionData,
  type KoaStoreOptions,
  type SessionsSource,
} from "../drop-in/koa-session-store.ts";
