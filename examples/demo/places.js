// Where the servers are, as seen by whoever asks.

/**
 * @typedef {object} Place
 * @property {string} name of the server
 * @property {string} origin
 */

/**
 * The same servers under the host by which the page was reached. Cookies go by host, not by port: at another name for this machine,
 * `localhost` say, the login would be left behind.
 *
 * @param {readonly Place[]} places
 * @param {string | undefined} host of the request
 * @returns {Place[]}
 */
export function placesSeenFrom(places, host) {
  // Nothing but a name or an address: it becomes part of a Content-Security-Policy.
  const [, hostname] = /^([\w.-]+)(?::\d+)?$/.exec(host ?? "") ?? [];
  return places.map(({ name, origin }) => {
    const { port, hostname: own } = new URL(origin);
    return { name, origin: `http://${hostname ?? own}:${port}` };
  });
}
