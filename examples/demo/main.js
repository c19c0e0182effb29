// Runs the demo until Ctrl-C; with --check runs the checks once instead.
import { parseArgs } from "node:util";
import { check } from "./check/check.js";
import { curlLines } from "./curl-lines.js";
import { openSessions } from "./sessions/open-sessions.js";
import { startServers } from "./servers/start-servers.js";

const USAGE = `npx --yes pnpm demo [--check] [--port <number>]

  --check   run the demo's checks over HTTP, print the results, and exit with 0 if all pass, or with 1
  --port    the first of three ports. Default: PORT, or 3000 to 3002, with free ports in place of taken ones

REDIS_URL names the Redis to use; without it the demo starts a Redis itself. With SESSION_KEYS, cookies stay valid after a restart.`;

const DEFAULT_PORT = 3000;
/** The other two servers listen on the next two ports. */
const LAST_PORT = 65_535 - 2;

async function main() {
  const { values: options } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (options.help) return console.log(USAGE);
  const given = options.port ?? process.env["PORT"];
  const port = given === undefined ? (options.check ? 0 : DEFAULT_PORT) : portFrom(given);
  const interrupted = interruption();
  const sessions = await openSessions({ lasting: !options.check });
  try {
    console.log(`Sessions are in ${sessions.where} (${sessions.why}).`);
    const servers = await startServers(sessions, { port, exactly: given !== undefined });
    try {
      if (options.check) {
        const passed = await Promise.race([check(servers.places), interrupted]);
        if (passed !== true) process.exitCode = 1;
      } else {
        console.log("The demo runs on three servers, until Ctrl-C:\n");
        for (const { name, origin } of servers.places)
          console.log(`  ${name.padEnd(10)} ${origin}/`);
        console.log("\nLog in on one server, then open the others. Or use curl:\n");
        for (const command of curlLines(servers.places)) console.log(`  ${command}`);
        await interrupted;
      }
    } finally {
      await servers.stop();
    }
  } finally {
    await sessions.close();
  }
}

/** @param {string} given */
function portFrom(given) {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : NaN;
  if (port <= LAST_PORT) return port;
  throw new Error(
    `"${given}" cannot be the first of three ports. Give a number from 0 (any free ones) to ${LAST_PORT}.`,
  );
}

/** Resolves at the first Ctrl-C. A second Ctrl-C ends the process at once. */
function interruption() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, resolve);
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
