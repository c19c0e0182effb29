// The contract between a session and the response that carries its cookie.

/** What a session has to know of the response that carries its cookie. The session asks each time, because the result changes. */
export interface CookieCarrier {
  /** False once the header has been sent, and for a request without a response, such as a WebSocket upgrade. */
  canSendCookies(): boolean;
  /** Whether the browser used TLS. */
  isSecure(): boolean;
  /** Whether a shared cache may keep the response: it carries no cookie that can wait for another one. Default false. */
  mayBeShared?(): boolean;
  /** False if the request does not keep its session alive (`withRolling`). Default true. */
  readonly isActivity?: boolean | undefined;
  /** The path of the request, without its query; undefined if it is not known. */
  readonly path: string | undefined;
}

/** What the cookies of a save depend on. */
export interface SaveContext {
  /** Whether the browser used TLS; decides `secure: "auto"`. Default: what the carrier given to `load` tells, or else false. */
  secure?: boolean;
}
