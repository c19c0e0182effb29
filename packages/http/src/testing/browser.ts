// A client with a cookie jar, as small as tests of sessions need it, over node:http.
import {
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";

/** An answer that came to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The Set-Cookie lines. */
  readonly setCookie: readonly string[];
  readonly text: string;
}

/** What one request adds to the browser's own. */
export interface Visit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Keeps the cookies that answers set, whatever their path and domain, and sends them with every request. */
export class Browser {
  /** What paths are resolved against. */
  readonly origin: string;
  readonly #options: RequestOptions;
  readonly #jar = new Map<string, string>();

  /** `options` go to every request: an agent, for example. */
  constructor(origin: string, options: RequestOptions = {}) {
    this.origin = origin;
    this.#options = options;
  }

  /** The cookies, by name. Set one to forge it, delete one to forget it. */
  get cookies(): Map<string, string> {
    return this.#jar;
  }

  /** Another browser with the same cookies, as of now. */
  clone(): Browser {
    const clone = new Browser(this.origin, this.#options);
    for (const [name, value] of this.#jar) clone.#jar.set(name, value);
    return clone;
  }

  /** Asks and reads to the end; rejects where the connection breaks before. */
  async visit(path: string, visit: Visit = {}): Promise<Answer> {
    const res = await this.open(path, visit);
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    return {
      status: res.statusCode ?? 0,
      headers: res.headers,
      setCookie: res.headers["set-cookie"] ?? [],
      text: Buffer.concat(chunks).toString(),
    };
  }

  /** Asks, and resolves as soon as the header of the answer is there. */
  open(path: string, { method = "GET", headers = {}, body }: Visit = {}): Promise<IncomingMessage> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Promise((resolve, reject) => {
      const req = request(new URL(path, this.origin), {
        ...this.#options,
        method,
        headers: { ...(cookie && { cookie }), ...headers },
      });
      req.once("error", reject);
      req.once("response", (res) => {
        for (const line of res.headers["set-cookie"] ?? []) this.#keep(line);
        resolve(res);
      });
      req.end(body);
    });
  }

  #keep(line: string): void {
    const [pair = ""] = line.split(";", 1);
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (/;\s*max-age=0(;|$)/i.test(line)) this.#jar.delete(name);
    else this.#jar.set(name, value);
  }
}
