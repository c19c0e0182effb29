// What is asked of every subject: four kinds of request, and the answers that prove the work was done.

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
 * What every subject does with the values of a session, whichever way they came.
 *
 * @param {string | undefined} path
 * @param {object} session
 * @returns {string} the body of the answer
 */
export function exercise(path, session) {
  // Every library has a type of its own for what is the same everywhere.
  const values = /** @type {Partial<Values>} */ (session);
  if (path === "/new") {
    Object.assign(values, PROFILE);
    return "new";
  }
  if (path === "/write") return String((values.count = (values.count ?? 0) + 1));
  return values.user?.name ?? "nobody";
}

/**
 * @typedef {object} Answered
 * @property {string} body
 * @property {boolean} setCookie whether there was a Set-Cookie field
 */

/**
 * @typedef {object} Scenario
 * @property {string} about
 * @property {string} path
 * @property {boolean} cookie whether requests bring the cookie of a session
 * @property {(answer: Answered, before: Answered | undefined) => boolean} accepts `before`: the last answer for the same session, if any
 */

/** @type {Record<string, Scenario>} */
export const scenarios = {
  read: {
    about: "load a session, answer one of its values",
    path: "/read",
    cookie: true,
    accepts: ({ body, setCookie }) => body === PROFILE.user.name && !setCookie,
  },
  write: {
    about: "load a session, change a value, store it, then answer",
    path: "/write",
    cookie: true,
    // A write that was lost shows in the next answer of the same session.
    accepts: ({ body }, before) => before === undefined || Number(body) === Number(before.body) + 1,
  },
  new: {
    about: "no cookie comes, values are set: store a new session, send its cookie",
    path: "/new",
    cookie: false,
    accepts: ({ body, setCookie }) => body === "new" && setCookie,
  },
  none: {
    about: "no cookie comes, nothing is set: there is nothing to do",
    path: "/read",
    cookie: false,
    accepts: ({ body, setCookie }) => body === "nobody" && !setCookie,
  },
};
