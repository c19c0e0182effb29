// The attributes of a session cookie: their defaults, and the combinations that browsers refuse.

/** Attributes of the cookie. */
export interface CookieOptions {
  /** Default `"/"`. */
  path?: string;
  /** Host-only where left out. */
  domain?: string | undefined;
  /** Seconds: above 0 kept that long, 0 a browser session, below 0 deletes the session. Default 30 days. */
  maxAge?: number;
  /** `"auto"` (default): on when the request came over TLS. */
  secure?: boolean | "auto";
  /** Default true. */
  httpOnly?: boolean;
  /** Default `"lax"`; `false` leaves the attribute out. */
  sameSite?: "strict" | "lax" | "none" | false;
  /** CHIPS: a cookie jar of its own for each top-level site. Default false. */
  partitioned?: boolean;
  /** Chromium's eviction priority; left out by default. */
  priority?: "low" | "medium" | "high" | undefined;
}
