// Runs the demo: until Ctrl-C, or with --check once against itself.
import { parseArgs } from "node:util";
import { check } from "./check.js";
import { curlLines } from "./curl-lines.js";
import { listen, stop } from "./listen.js";
import { openSessions } from "./open-sessions.js";
import { createNodeServer } from "./servers/node-http.js";

const USAGE = `npx --yes pnpm demo [--check] [--port <number>]

  --check   drive the demo over HTTP once, say what was seen, and exit with 0 if all of it was right, or with 1
  --port    default PORT, or else 3000, or a free one if that is taken

REDIS_URL names a Redis to use; without it the demo starts one of its own. SESSION_KEYS keeps cookies good over a restart.`;

const DEFAULT_PORT = 3000;

async function main() {
  const { values: options } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (options.help) return console.log(USAGE);
  const interrupted = interruption();
  const sessions = await openSessions();
  const server = createNodeServer(sessions);
  try {
    console.log(`Sessions are in ${sessions.where} (${sessions.why}).`);
    const given = options.port ?? process.env["PORT"];
    const port = Number(given ?? (options.check ? 0 : DEFAULT_PORT));
    const origin = await listen(server, { port, exactly: given !== undefined });
    if (options.check) {
      const passed = await Promise.race([check(origin), interrupted]);
      if (passed !== true) process.exitCode = 1;
    } else {
      console.log(`The demo is at ${origin}/, until Ctrl-C. Or, with curl:\n`);
      for (const line of curlLines(origin)) console.log(`  ${line}`);
      await interrupted;
    }
  } finally {
    if (server.listening) await stop(server);
    await sessions.close();
  }
}

/** Resolves at the first Ctrl-C; the second one ends the process as it would without us. */
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
