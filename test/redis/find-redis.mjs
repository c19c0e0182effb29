// Finds a redis-server to run, or unpacks one from the system's packages. Plain JavaScript, so that the demo can use it without a build.
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * @typedef {object} RedisBinary
 * @property {string} path the executable
 * @property {NodeJS.ProcessEnv} env the environment to run it in
 * @property {string} how where it was found, for one line of output
 */

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../node_modules/.cache/redis", import.meta.url));
const names = ["redis-server", "valkey-server"];

/**
 * Tries `REDIS_BIN`, then `redis-server` or `valkey-server` on PATH, then the Debian packages. Packages are unpacked under
 * node_modules/.cache, without root and without installing them. If all fail, rejects with instructions.
 *
 * @returns {Promise<RedisBinary>}
 */
export async function findRedis() {
  const named = process.env.REDIS_BIN;
  if (named) {
    if (!isExecutable(named))
      throw new Error(`REDIS_BIN is ${named}, which is not an executable file.`);
    return { path: named, env: process.env, how: `REDIS_BIN (${named})` };
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const path = names.map((name) => join(folder, name)).find(isExecutable);
    if (path) return { path, env: process.env, how: path };
  }
  const unpacked = join(cache, "root");
  const cached = binaryIn(unpacked);
  if (cached) return { ...cached, how: `${cached.path}, unpacked earlier` };
  try {
    await unpackPackages(unpacked);
  } catch (cause) {
    throw new Error(
      "No Redis to run against. Set REDIS_URL to a Redis that may be written to, or REDIS_BIN to a redis-server, or install one " +
        "(apt-get install redis-server, brew install redis). The system's packages could not be unpacked: " +
        lastLine(cause),
      { cause },
    );
  }
  const fresh = binaryIn(unpacked);
  if (!fresh)
    throw new Error(`The system's packages have no redis-server (looked in ${unpacked}).`);
  return { ...fresh, how: `${fresh.path}, unpacked now from the system's packages` };
}

/** @param {string} root */
async function unpackPackages(root) {
  await mkdir(cache, { recursive: true });
  // Unpacked in a temporary folder and renamed when complete, because another run may unpack at the same time.
  const work = await mkdtemp(join(cache, "unpacking-"));
  try {
    const { apt, packages } = await resolvePackages(work);
    await run("apt-get", [...apt, "download", ...packages], { cwd: work });
    for (const file of await readdir(work)) {
      if (file.endsWith(".deb")) await run("dpkg", ["-x", join(work, file), join(work, "root")]);
    }
    await rename(join(work, "root"), root).catch((error) => {
      if (!existsSync(root)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The packages that an installation needs: from the system's package lists, or from lists downloaded here if those are missing.
 *
 * @param {string} work
 */
async function resolvePackages(work) {
  const system = ["-o", "APT::Sandbox::User=root"];
  const own = [
    ...system,
    "-o",
    `Dir::State::Lists=${join(work, "lists")}`,
    "-o",
    `Dir::Cache=${join(work, "cache")}`,
  ];
  const packages = await firstInstallable(system);
  if (packages.length > 0) return { apt: system, packages };
  await mkdir(join(work, "lists", "partial"), { recursive: true });
  await mkdir(join(work, "cache", "archives", "partial"), { recursive: true });
  await run("apt-get", [...own, "update"]);
  const listed = await firstInstallable(own);
  if (listed.length === 0) throw new Error(`apt-get knows none of ${names.join(", ")}.`);
  return { apt: own, packages: listed };
}

/**
 * @param {string[]} apt
 * @returns {Promise<string[]>} empty if the lists contain none of them
 */
async function firstInstallable(apt) {
  for (const name of names) {
    const plan = await run("apt-get", [
      ...apt,
      "install",
      "--simulate",
      "--no-install-recommends",
      name,
    ]).catch((error) => {
      if (error.code === "ENOENT") throw error;
      return { stdout: "" };
    });
    const packages = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => String(match[1]));
    if (packages.length > 0) return packages;
  }
  return [];
}

/** @param {string} root */
function binaryIn(root) {
  const path = names.map((name) => join(root, "usr", "bin", name)).find(isExecutable);
  if (!path) return undefined;
  const folders = [join(root, "usr", "lib"), join(root, "lib")].filter(existsSync);
  const nested = folders.flatMap((folder) => readdirSync(folder).map((each) => join(folder, each)));
  const libraries = [...folders, ...nested];
  return { path, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) } };
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {unknown} error */
function lastLine(error) {
  return String(error instanceof Error ? error.message : error)
    .trim()
    .split("\n")
    .at(-1);
}
