// Counts lost writes and undone logouts: every server gets the same overlapping requests of one session.
import { once } from "node:events";
import { startRedis } from "../../test/redis/start-redis.mjs";
import { versions } from "../machine.js";
import { servers } from "./servers.js";

const WRITES = 200;
const LOGOUTS = 40;

/** @typedef {import("./servers.js").Race} Race */

/** Lets requests wait for each other: `expect(n)` begins a race of n requests, `onMet` runs when all are there. */
class Meeting {
  #missing = 0;
  /** @type {(() => void)[]} */
  #waiting = [];
  onMet = async () => {};

  /** @param {number} requests @param {() => Promise<void>} [onMet] what happens before the requests go on */
  expect(requests, onMet = async () => {}) {
    this.#missing = requests;
    this.onMet = onMet;
  }

  /** @type {Race["meet"]} */
  meet = async () => {
    const met = new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    if (--this.#missing === 0) {
      await this.onMet();
      for (const go of this.#waiting.splice(0)) go();
    }
    await met;
  };
}

/** One browser: sends its cookies, and keeps those that come. */
class Browser {
  #cookies = new Map();

  /** @param {string} origin @param {string} path */
  async visit(origin, path) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(origin + path, { headers: cookie === "" ? {} : { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || line.includes("Max-Age=0")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response.text();
  }

  copy() {
    const copy = new Browser();
    copy.#cookies = new Map(this.#cookies);
    return copy;
  }
}

/** Of 200 requests that write a key each and overlap: how many keys are missing afterwards. */
async function lostWrites(/** @type {string} */ origin, /** @type {Meeting} */ meeting) {
  const browser = new Browser();
  await browser.visit(origin, "/begin");
  meeting.expect(WRITES);
  const keys = Array.from({ length: WRITES }, (_, at) => `key${at}`);
  await Promise.all(keys.map((key) => browser.copy().visit(origin, `/write/${key}`)));
  return WRITES - Number(await browser.visit(origin, "/count"));
}

/** Of 40 sessions with a logout while a slow request is under way: how many are alive afterwards. */
async function undoneLogouts(/** @type {string} */ origin, /** @type {Meeting} */ meeting) {
  let undone = 0;
  for (let run = 0; run < LOGOUTS; run++) {
    const browser = new Browser();
    await browser.visit(origin, "/begin");
    const before = browser.copy();
    meeting.expect(1, async () => void (await browser.copy().visit(origin, "/end")));
    await before.copy().visit(origin, "/write/key");
    if ((await before.visit(origin, "/count")) !== "0") undone++;
  }
  return undone;
}

const redis = await startRedis();
const rows = [];
try {
  for (const [name, open] of Object.entries(servers)) {
    const meeting = new Meeting();
    const { server, close } = await open(redis.url, meeting);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const origin = `http://127.0.0.1:${port}`;
    rows.push({
      server: name,
      [`writes lost of ${WRITES}`]: await lostWrites(origin, meeting),
      [`logouts undone of ${LOGOUTS}`]: await undoneLogouts(origin, meeting),
    });
    server.closeAllConnections();
    server.close();
    await close();
  }
} finally {
  await redis.stop();
}
console.table(rows);
const subjects = [
  "express-session-connect-redis",
  "koa-session",
  "redistore-express",
  "redistore-koa",
];
console.log({ node: process.version, ...(await versions(subjects)) });
