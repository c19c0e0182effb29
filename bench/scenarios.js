// The four kinds of request that every subject gets, and the responses that prove that the work was done.

/** A session as applications keep them: some 400 bytes of JSON. */
const PROFILE = {
  user: {
    id: "0192f2c4-6d1b-7c3e-9a55-1f0d2b7e8a11",
    name: "Ada Lovelace",
    email: "ada@example.org",
    roles: ["editor", "reviewer"],
  },
  csrf: "b2f0c9d47e5a4b1c8d3e6f7a",
  locale: "en-GB",
  cart: [
    { item: "tea", count: 2, price: 450 },
    { item: "honey", count: 1, price: 790 },
  ],
  seen: ["/", "/catalogue", "/catalogue/tea", "/catalogue/honey", "/basket"],
  count: 0,
};

/** @typedef {typeof PROFILE} Values */

/** The lifetime that every subject gives its sessions, in seconds. */
export const MAX_AGE = 30 * 86_400;

/**
 * What every subject does with the values of a session.
 *
 * @param {string | undefined} path
 * @param {object} session
 * @returns {string} the body of the response
 */
export function exercise(path, session) {
  // Each library has its own type of session.
  const values = /** @type {Partial<Values>} */ (session);
  if (path === "/new") {
    Object.assign(values, PROFILE);
    return "new";
  }
  if (path === "/write") return String((values.count = (values.count ?? 0) + 1));
  return values.user?.name ?? "guest";
}

/**
 * @typedef {object} Received
 * @property {string} body
 * @property {boolean} setCookie whether there was a Set-Cookie field
 */

/**
 * @typedef {object} Scenario
 * @property {string} about
 * @property {string} path
 * @property {boolean} cookie whether requests bring the cookie of a session
 * @property {(received: Received, before: Received | undefined) => boolean} accepts `before`: the previous response for the same session, if any
 */

/** @type {Record<string, Scenario>} */
export const scenarios = {
  read: {
    about: "load a session, respond with one of its values",
    path: "/read",
    cookie: true,
    accepts: ({ body, setCookie }) => body === PROFILE.user.name && !setCookie,
  },
  write: {
    about: "load a session, change a value, store it, then respond",
    path: "/write",
    cookie: true,
    // A lost write shows in the next response for the same session.
    accepts: ({ body }, before) => before === undefined || Number(body) === Number(before.body) + 1,
  },
  new: {
    about: "no cookie, values are set: store a new session, send its cookie",
    path: "/new",
    cookie: false,
    accepts: ({ body, setCookie }) => body === "new" && setCookie,
  },
  none: {
    about: "no cookie, no values are set: nothing to store",
    path: "/read",
    cookie: false,
    accepts: ({ body, setCookie }) => body === "guest" && !setCookie,
  },
};
