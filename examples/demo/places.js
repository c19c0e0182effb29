// The addresses of the servers, under the host name that the browser uses.

/**
 * @typedef {object} Place
 * @property {string} name of the server
 * @property {string} origin
 */

/**
 * The servers under the host name of the request. Browsers send cookies by host, not by port: a link from `localhost` to `127.0.0.1` would
 * lose the login.
 *
 * @param {readonly Place[]} places
 * @param {string | undefined} host the Host header of the request
 * @returns {Place[]}
 */
export function placesSeenFrom(places, host) {
  // Only a plain host name or address is used, because it becomes part of the Content-Security-Policy.
  const [, hostname] = /^([\w.-]+)(?::\d+)?$/.exec(host ?? "") ?? [];
  return places.map(({ name, origin }) => {
    const { port, hostname: own } = new URL(origin);
    return { name, origin: `http://${hostname ?? own}:${port}` };
  });
}
