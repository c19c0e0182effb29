// An HTTP client with a cookie jar, over node:http.
import {
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";

/** A response that was received completely. */
export interface BrowserResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Set-Cookie header lines. */
  readonly setCookie: readonly string[];
  readonly text: string;
}

/** Options of one request. The default method is GET. */
export interface BrowserRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Keeps the cookies that responses set, and sends all of them with every request, whatever their path and domain. */
export class Browser {
  /** Base URL of all paths. */
  readonly origin: string;
  readonly #options: RequestOptions;
  readonly #jar = new Map<string, string>();

  /** Every request uses `options`, such as an agent. */
  constructor(origin: string, options: RequestOptions = {}) {
    this.origin = origin;
    this.#options = options;
  }

  /** The cookies by name. A test may set and delete them. */
  get cookies(): Map<string, string> {
    return this.#jar;
  }

  /** A second browser with a copy of the current cookies. */
  clone(): Browser {
    const clone = new Browser(this.origin, this.#options);
    for (const [name, value] of this.#jar) clone.#jar.set(name, value);
    return clone;
  }

  /** Sends a request and reads the whole response. Rejects if the connection breaks first. */
  async visit(path: string, options: BrowserRequest = {}): Promise<BrowserResponse> {
    const res = await this.open(path, options);
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    return {
      status: res.statusCode ?? 0,
      headers: res.headers,
      setCookie: res.headers["set-cookie"] ?? [],
      text: Buffer.concat(chunks).toString(),
    };
  }

  /** Sends a request and resolves when the response headers arrive. */
  open(
    path: string,
    { method = "GET", headers = {}, body }: BrowserRequest = {},
  ): Promise<IncomingMessage> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Promise((resolve, reject) => {
      const req = request(new URL(path, this.origin), {
        ...this.#options,
        method,
        headers: { ...(cookie && { cookie }), ...headers },
      });
      req.once("error", reject);
      req.once("response", (res) => {
        for (const line of res.headers["set-cookie"] ?? []) this.#storeCookie(line);
        resolve(res);
      });
      req.end(body);
    });
  }

  #storeCookie(line: string): void {
    const [pair = ""] = line.split(";", 1);
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (/;\s*max-age=0(;|$)/i.test(line)) this.#jar.delete(name);
    else this.#jar.set(name, value);
  }
}
