// The session of an upgrade request (WebSocket), where there is no response to send a cookie with.
import { HeadersSentError, type RediStore, type Session, type SessionData } from "@redistore/core";
import { checkStore, openSession } from "./get-session.ts";
import type { HttpRequest } from "../response/message.ts";
import type { SessionOptions, StoreOrPromise } from "../session-options.ts";

/**
 * The session that a request names, for a server's `upgrade` event. Nothing is stored by itself: call `session.save()` or `update()`.
 * Nor is any cookie sent: `save` and `update` of a session that is stored nowhere yet, and `regenerate`, reject with HeadersSentError
 * and store nothing. `destroy` works; the cookie that stays in the browser leads nowhere.
 *
 * @throws StoreUnavailableError where the session cannot be loaded; ConfigError where something else is given for the store
 */
export async function readSession<Data extends object = SessionData>(
  store: StoreOrPromise<Data>,
  req: HttpRequest,
  options?: string | SessionOptions,
): Promise<Session<Data>> {
  checkStore("readSession", store);
  const session = await openSession(store, req, options);
  if (!Object.hasOwn(session, "regenerate")) refuseCookies(await store, session);
  return session;
}

/** The methods that would need a cookie, on this one session. */
function refuseCookies<Data extends object>(store: RediStore<Data>, session: Session<Data>): void {
  const save = session.save.bind(session);
  const update = session.update.bind(session);
  const refuse = (what: string): never => {
    throw new HeadersSentError(
      `${what} of the session "${session.name}" needs a cookie, and an upgrade request has no response to send one with. Do it in an ordinary request before.`,
    );
  };
  const isNowhere = (): boolean => session.storedId === "";
  const methods: Pick<Session<Data>, "save" | "update" | "regenerate"> = {
    save: async () => {
      if (isNowhere() && store.needsSave(session)) refuse("The first save()");
      await save();
    },
    update: async (change) => (isNowhere() ? refuse("update()") : update(change)),
    regenerate: async () => refuse("regenerate()"),
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(session, name, { value, configurable: true });
  }
}
