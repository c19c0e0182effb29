// What a browser does between two requests: keeps the cookies it is sent, and sends them back.
import type { RediStore } from "../../../src/session/redi-store.ts";
import type { Session } from "../../../src/session/session.ts";
import type { SetCookie } from "../../../src/cookies/set-cookie.ts";

type Values = Record<string, unknown>;

/** A cookie jar for one store, and requests with it. */
export class Browser {
  readonly jar = new Map<string, string>();
  readonly #store: RediStore<Values>;

  constructor(store: RediStore<Values>) {
    this.#store = store;
  }

  /** Takes a response's cookies, by the text of their headers. */
  receive(cookies: readonly SetCookie[]): void {
    for (const cookie of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(String(cookie)) ?? [];
      if (String(cookie).includes("; Max-Age=0")) this.jar.delete(name);
      else this.jar.set(name, value);
    }
  }

  load(name: string = this.#store.defaultName): Promise<Session<Values>> {
    const value = this.jar.get(name);
    return this.#store.load(name, value === undefined ? [] : [value]);
  }

  /** One whole request: load, whatever `act` does, save; gives the cookies of the response. */
  async request(
    act: (session: Session<Values>) => unknown = () => undefined,
    name?: string,
  ): Promise<SetCookie[]> {
    const session = await this.load(name);
    await act(session);
    const cookies = await this.#store.save(session);
    this.receive(cookies);
    return cookies;
  }
}
