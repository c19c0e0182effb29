// The process that makes the load: a fixed number of connections, each with its own sessions.
import { handleCalls } from "./child.js";
import { Connection } from "./connection.js";
import { exercise, scenarios } from "./scenarios.js";

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} scenario
 * @property {readonly string[]} cookies one for each session
 * @property {boolean} sessionless expect the responses of a subject without sessions
 * @property {number} connections
 */

let stopped = false;
/** @type {Promise<number>} */
let running = Promise.resolve(0);

handleCalls({
  /** Begins sessions, and gives their cookies. @param {{ port: number, count: number }} which */
  async sessions({ port, count }) {
    /** @type {string[]} */
    const cookies = [];
    let left = count;
    const check = (/** @type {string} */ head) => {
      // koa-session sends the signature as a second cookie.
      const set = [...head.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, cookie]) => cookie);
      if (set.length === 0) throw new Error(`The response set no cookie:\n${head}`);
      cookies.push(set.join("; "));
    };
    const bytes = requestFor("/new");
    await new Connection(port, () => (left-- > 0 ? { bytes, check } : undefined)).run();
    return cookies;
  },

  /** @param {Load} load */
  async start(load) {
    stopped = false;
    running = run(load);
    // The call of `stop` gets the error.
    running.catch(() => {});
  },

  /** Gives the number of responses. */
  async stop() {
    stopped = true;
    return running;
  },
});

/** @param {Load} load */
async function run({ port, scenario, cookies, sessionless, connections }) {
  const all = Array.from({ length: connections }, (_, index) => {
    // Two requests of one session at a time would measure conflicts.
    const own = cookies.filter((_cookie, at) => at % connections === index);
    return new Connection(port, rounds(scenario, own, sessionless));
  });
  await Promise.all(all.map((connection) => connection.run()));
  return all.reduce((sum, { responses }) => sum + responses, 0);
}

/**
 * @param {string} name
 * @param {readonly string[]} cookies
 * @param {boolean} sessionless
 * @returns {() => import("./connection.js").PreparedRequest | undefined}
 */
function rounds(name, cookies, sessionless) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  const { path } = scenario;
  const accepts = sessionless ? acceptsWithout(path) : scenario.accepts;
  const requests = (scenario.cookie ? cookies : [undefined]).map((cookie) => {
    /** @type {import("./scenarios.js").Received | undefined} */
    let before;
    return {
      bytes: requestFor(path, cookie),
      /**
       * @param {string} head
       * @param {string} body
       */
      check(head, body) {
        const received = { body, setCookie: /\r\nset-cookie:/i.test(head) };
        if (!accepts(received, before))
          throw new Error(`Wrong response in "${name}":\n${head}\n\n${body}`);
        before = received;
      },
    };
  });
  let at = 0;
  return () => (stopped ? undefined : requests[at++ % requests.length]);
}

/** @param {string} path */
function acceptsWithout(path) {
  const expected = exercise(path, {});
  return (/** @type {import("./scenarios.js").Received} */ { body, setCookie }) =>
    body === expected && !setCookie;
}

/**
 * @param {string} path
 * @param {string} [cookie]
 */
function requestFor(path, cookie) {
  const fields = ["host: 127.0.0.1", "user-agent: bench", "accept: */*"];
  if (cookie) fields.push(`cookie: ${cookie}`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n`);
}
