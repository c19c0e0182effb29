// The public surface of @redistore/koa/koa-session.
export {
  KoaSessionStore,
  type KoaSessionData,
  type KoaStoreOptions,
  type SessionsSource,
} from "./koa-session-store.ts";
