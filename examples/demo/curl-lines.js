// The lines for a shell that show with curl what the page shows in a browser.

/**
 * @param {string} origin
 * @returns {string[]} to be run in this order
 */
export function curlLines(origin) {
  const get = `curl -s -b jar -c jar ${origin}`;
  const post = (/** @type {string} */ path, /** @type {string} */ field) =>
    `curl -sL -b jar -c jar ${origin}${path} -d csrf=$(${get}/csrf)${field}`;
  return [
    "rm -f jar  # an empty cookie jar",
    `${get}/  # a first visit`,
    `${get}/  # the second one`,
    post("/add", " -d item=Tea"),
    `cp jar before && ${post("/login", " -d name=Ada")}  # another session id, the same basket`,
    `curl -s -b before ${origin}/  # the cookie from before the login is refused`,
    `cp jar before && ${post("/logout", "")}  # the session is over`,
    `curl -s -b before ${origin}/  # and so is every copy of its cookie`,
  ];
}
