// Builds the workspace packages that a given package depends on. Prints only on failure. Examples and benches run the built packages.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");

/**
 * @param {...string} names packages of this workspace
 * @returns {Promise<void>} rejects with the compiler's output
 */
export async function buildFor(...names) {
  const filters = names.map((name) => `--filter=${name}^...`);
  const build = [turbo, "run", "build", ...filters, "--output-logs=errors-only"];
  // Turbo needs pnpm on PATH. It is there if a pnpm script runs this.
  const byPnpm = process.env.npm_config_user_agent?.startsWith("pnpm/");
  const [program, args] = byPnpm
    ? [process.execPath, build]
    : ["npx", ["--yes", "pnpm", "exec", "node", ...build]];
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1" };
  try {
    await promisify(execFile)(program, args, { cwd: root, env, maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stdout = "", stderr = "" } = /** @type {{ stdout?: string, stderr?: string }} */ (
      error
    );
    throw new Error(`The packages could not be built.\n${stdout}${stderr}`, { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildFor(...process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
