// One Set-Cookie header, as data and as text.

/** A cookie to send; `String(cookie)` is the value of the `Set-Cookie` header (RFC 6265bis, section 4.1). */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  toString(): string;
}
