// Shell commands that show with curl what the page shows in a browser.

/**
 * @param {readonly import("./places.js").Place[]} places
 * @returns {string[]} one command each, to run in this order
 */
export function curlLines(places) {
  const [origin = "", second = "", third = ""] = places.map((place) => place.origin);
  const get = `curl -s -b jar -c jar`;
  const post = (/** @type {string} */ path, field = "") =>
    `${get} -L ${origin}${path} -d csrf=$(${get} ${origin}/csrf)${field}`;
  return [
    "rm -f jar  # an empty cookie jar",
    `${get} ${origin}/  # a first visit`,
    `${get} ${second}/  # the second visit, on another server`,
    post("/add", " -d item=Tea"),
    `cp jar before && ${post("/login", " -d name=Ada")}  # a new session id, the same basket`,
    `${get} ${third}/  # the same login on the third server`,
    `curl -s -b before ${origin}/  # the cookie from before the login is refused`,
    `${post("/rotate")}  # a new key signs: the cookie is sent again, the login stays`,
    `cp jar before && ${post("/logout")}  # the session has ended`,
    `curl -s -b before ${second}/  # every server refuses a copy of its cookie`,
  ];
}
