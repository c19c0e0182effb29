// Visits each listener that an application exports twice, with one cookie, and expects it to count to two. An application that exports
// none checks itself. Run: node check.cjs app.mjs
const { createServer } = require("node:http");
const { resolve } = require("node:path");
const { pathToFileURL } = require("node:url");

/**
 * @param {Record<string, import("node:http").RequestListener>} listeners
 * @returns {Promise<string>} "ok", or what was wrong
 */
async function check(listeners) {
  for (const [host, listener] of Object.entries(listeners)) {
    const bodies = await visitTwice(listener);
    if (bodies !== "1,2") return `${host}: ${bodies}`;
  }
  return "ok";
}

/** @param {import("node:http").RequestListener} listener */
async function visitTwice(listener) {
  const server = createServer(listener);
  await new Promise((listening) => void server.listen(0, "127.0.0.1", () => listening(undefined)));
  const { port } = Object(server.address());
  const url = `http://127.0.0.1:${port}/`;
  const first = await fetch(url);
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const second = await fetch(url, { headers: { cookie } });
  const bodies = `${await first.text()},${await second.text()}`;
  server.closeAllConnections();
  server.close();
  return bodies;
}

module.exports = { check };

if (require.main === module) {
  const application = pathToFileURL(resolve(String(process.argv[2]))).href;
  void import(application).then(async ({ listeners }) => {
    if (!listeners) return;
    console.log(await check(listeners));
    process.exit();
  });
}
