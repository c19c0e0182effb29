// The content of the page as plain data, rendered as HTML, as text for curl, or as JSON.
import { newToken } from "../csrf.js";
import { clocksOf } from "../actions/clocks.js";
import { devicesOf } from "../actions/devices.js";
import { placesSeenFrom } from "../places.js";
import { pressesIn } from "../actions/writes.js";

/**
 * @typedef {object} View
 * @property {string} where the place where sessions are stored
 * @property {string} here the server that sends the page
 * @property {import("../places.js").Place[]} places all servers
 * @property {string | undefined} refused why the request's cookie was not accepted
 * @property {boolean} ended the cookie is valid, but its session has ended: nothing is written until the user starts a new session
 * @property {string} session the public id
 * @property {number} visits
 * @property {string | undefined} user
 * @property {import("../actions/devices.js").Device[]} devices on which the user is logged in
 * @property {Record<string, number>} basket
 * @property {string[]} messages
 * @property {import("../actions/writes.js").Press[]} presses
 * @property {import("../places.js").Place[] | undefined} peers servers with other sessions, for comparison; undefined without Redis
 * @property {import("../actions/writes.js").Press[]} peerPresses what arrived there of the same
 * @property {import("../actions/clocks.js").Clock[]} clocks
 * @property {number} ahead seconds by which the demo's clock is ahead
 * @property {{ came: number | undefined, signs: number }} key the numbers of the key that signed the request's cookie, and of the key that signs now
 * @property {{ possible: boolean, copy: import("../sessions/encrypted-copies.js").EncryptedCopy | undefined }} encrypted
 * @property {{ possible: boolean, responses: import("../sessions/outage.js").Responses[] }} outage
 * @property {string} csrf
 * @property {import("../sessions/open-sessions.js").StoredView | undefined} stored
 */

/**
 * Counts the visit, then reads the stored record.
 *
 * @param {import("../routes.js").Demo} demo
 * @param {import("../actions/actions.js").DemoSession} session
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @returns {Promise<View>}
 */
export async function visit({ sessions, places, peers, here }, session, headers) {
  const { where, keys, clock, encrypted, outage, readStored } = sessions;
  const ended = session.rejected === "gone";
  const messages = session.flashes().map(String);
  if (!ended) {
    await session.update((values) => {
      values.visits = (values.visits ?? 0) + 1;
      values.csrf ??= newToken();
    });
  }
  const { visits = 0, user, basket = {}, csrf = "" } = session.values;
  const isStored = session.publicId !== "";
  return {
    where,
    here,
    places: placesSeenFrom(places, headers.host),
    refused: session.rejected,
    ended,
    session: session.publicId,
    visits,
    user,
    devices: await devicesOf(sessions, session),
    basket,
    messages,
    presses: pressesIn(session.values),
    peers: peers && placesSeenFrom(peers.places, headers.host),
    peerPresses: (await peers?.pressesOf(headers.cookie)) ?? [],
    clocks: clocksOf(clock, session),
    ahead: clock.ahead,
    key: { came: keys.numberOf(session.name, headers.cookie), signs: keys.count },
    csrf,
    outage: { possible: outage.possible, responses: outage.responses },
    encrypted: {
      possible: encrypted !== undefined,
      copy: isStored ? await encrypted?.read(session.id) : undefined,
    },
    stored: isStored ? await readStored(session.id) : undefined,
  };
}
