// A cookie jar that keeps cookies of one name apart by domain and path, as browsers do (RFC 6265, sections 5.3 and 5.4).

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Undefined in a cookie for one host only. */
  readonly domain: string | undefined;
}

/** The cookies of one host. */
export class CookieJar {
  readonly #host: string;
  #cookies: readonly Cookie[] = [];

  constructor(host: string) {
    this.#host = host;
  }

  /** Takes the Set-Cookie lines of one answer, in their order. Every line has to say its path. */
  receive(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(/;\s*/);
      const attribute = (name: string): string | undefined =>
        attributes.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
      const [path, domain] = [attribute("Path"), attribute("Domain")];
      if (path === undefined) throw new TypeError(`A cookie without a path: ${line}`);
      if (domain !== undefined && !`.${this.#host}`.endsWith(`.${domain}`)) continue;
      const [name = "", value = ""] = pair.split(/=(.*)/, 2);
      const others = this.#cookies.filter(
        (each) => each.name !== name || each.path !== path || each.domain !== domain,
      );
      const cookie = { name, value, path, domain };
      this.#cookies = attribute("Max-Age") === "0" ? others : [...others, cookie];
    }
  }

  /** The Cookie header of a request for `path`: longer paths first. */
  header(path: string): string {
    return this.#cookies
      .filter((each) => `${path}/`.startsWith(each.path.replace(/\/?$/, "/")))
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }
}
