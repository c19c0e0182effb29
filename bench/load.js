// The process that makes the load: a fixed number of connections, each with sessions of its own.
import { answerQuestions } from "./ask.js";
import { Connection } from "./connection.js";
import { exercise, scenarios } from "./scenarios.js";

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} scenario
 * @property {readonly string[]} cookies one for each session
 * @property {boolean} sessionless what to expect: the answers of one that keeps no sessions
 * @property {number} connections
 */

let stopped = false;
/** @type {Promise<number>} */
let running = Promise.resolve(0);

answerQuestions({
  /** New sessions, by their cookies. @param {{ port: number, count: number }} which */
  async sessions({ port, count }) {
    /** @type {string[]} */
    const cookies = [];
    let left = count;
    const answered = (/** @type {string} */ head) => {
      // koa-session sends the signature as a cookie of its own.
      const set = [...head.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, cookie]) => cookie);
      if (set.length === 0) throw new Error(`No session was made:\n${head}`);
      cookies.push(set.join("; "));
    };
    const request = requestFor("/new");
    await new Connection(port, () => (left-- > 0 ? { request, answered } : undefined)).run();
    return cookies;
  },

  /** @param {Load} load */
  async start(load) {
    stopped = false;
    running = run(load);
    // Whoever stops it is told.
    running.catch(() => {});
  },

  /** How many answers there were. */
  async stop() {
    stopped = true;
    return running;
  },
});

/** @param {Load} load */
async function run({ port, scenario, cookies, sessionless, connections }) {
  const errands = Array.from({ length: connections }, (_, index) => {
    // Two requests of one session at a time would measure conflicts.
    const own = cookies.filter((_cookie, at) => at % connections === index);
    return new Connection(port, rounds(scenario, own, sessionless));
  });
  await Promise.all(errands.map((connection) => connection.run()));
  return errands.reduce((sum, { answers }) => sum + answers, 0);
}

/**
 * @param {string} name
 * @param {readonly string[]} cookies
 * @param {boolean} sessionless
 * @returns {() => import("./connection.js").Errand | undefined}
 */
function rounds(name, cookies, sessionless) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  const { path } = scenario;
  const accepts = sessionless ? acceptsWithout(path) : scenario.accepts;
  const errands = (scenario.cookie ? cookies : [undefined]).map((cookie) => {
    /** @type {import("./scenarios.js").Answered | undefined} */
    let before;
    return {
      request: requestFor(path, cookie),
      /**
       * @param {string} head
       * @param {string} body
       */
      answered(head, body) {
        const answer = { body, setCookie: /\r\nset-cookie:/i.test(head) };
        if (!accepts(answer, before)) throw new Error(`Wrong for "${name}":\n${head}\n\n${body}`);
        before = answer;
      },
    };
  });
  let at = 0;
  return () => (stopped ? undefined : errands[at++ % errands.length]);
}

/** @param {string} path */
function acceptsWithout(path) {
  const expected = exercise(path, {});
  return (/** @type {import("./scenarios.js").Answered} */ { body, setCookie }) =>
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
