// Installs the packed packages in fresh projects, as users do, and compiles and runs small applications there. Each must print "ok".
// Run: node run.mjs [part of a project's name]
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { COMPILERS, DEFAULT_OPTIONS, PROJECTS } from "./projects.mjs";

/** @typedef {import("./projects.mjs").Project} Project */
/** @typedef {import("./projects.mjs").Program} Program */

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = fileURLToPath(new URL("../../packages", import.meta.url));
const PACKAGES = ["core", "http", "express", "koa", "gob"];

const root = await mkdtemp(join(tmpdir(), "redistore-consumers-"));
try {
  const tarballs = await pack();
  const projects = PROJECTS.filter(({ name }) => name.includes(process.argv[2] ?? ""));
  const results = await Promise.allSettled(projects.map((project) => check(project, tarballs)));
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    console.error(result.reason instanceof Error ? result.reason.message : result.reason);
    process.exitCode = 1;
  }
} finally {
  await rm(root, { recursive: true, force: true });
}

/** @returns {Promise<Record<string, string>>} a dependency for each package */
async function pack() {
  const tarballs = PACKAGES.map(async (name) => {
    const folder = join(root, "packed", name);
    await mkdir(folder, { recursive: true });
    await run(join(packages, name), "pnpm", "pack", "--pack-destination", folder);
    const [file] = await readdir(folder);
    return [`@redistore/${name}`, `file:${join(folder, String(file))}`];
  });
  return Object.fromEntries(await Promise.all(tarballs));
}

/** @param {Project} project @param {Record<string, string>} tarballs */
async function check(project, tarballs) {
  const start = performance.now();
  const folder = join(root, project.name.replaceAll(/\W+/g, "-"));
  await cp(here, folder, { recursive: true });
  const dependencies = { ...project.dependencies, ...tarballs };
  await write(folder, "package.json", { private: true, dependencies });
  // A workspace of its own. The packages depend on one another in versions that no registry has.
  await write(folder, "pnpm-workspace.yaml", { overrides: tarballs });
  await write(folder, "tsconfig.json", { compilerOptions: DEFAULT_OPTIONS, include: ["modules"] });
  await run(folder, "pnpm", "install", "--no-lockfile", "--prefer-offline", "--ignore-scripts");
  if (project.hasTypes === false) await refuseTypes(folder);
  for (const app of project.apps ?? []) await runApp(folder, app);
  for (const program of project.programs ?? []) {
    for (const compiler of program.compilers ?? Object.keys(COMPILERS)) {
      await compile(folder, program, compiler);
    }
  }
  for (const [tool, ...args] of project.tools ?? []) {
    await run(folder, process.execPath, `node_modules/${tool}`, ...args);
  }
  console.log(`${project.name}: ok after ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

/** @param {string} folder @param {Program} program @param {string} compiler */
async function compile(folder, program, compiler) {
  const { name, sources, options, type = "commonjs", apps } = program;
  const outDir = `out/${name}-${compiler}`;
  const tsconfig = `tsconfig.${name}-${compiler}.json`;
  const compilerOptions = { ...options, rootDir: ".", outDir };
  await write(folder, tsconfig, { compilerOptions, files: sources });
  await mkdir(join(folder, outDir), { recursive: true });
  await write(folder, `${outDir}/package.json`, { type });
  await run(folder, process.execPath, `node_modules/${compiler}/bin/tsc`, "-p", tsconfig);
  for (const app of apps) await runApp(folder, `${outDir}/${app}`);
}

/** @param {string} folder @param {string} app */
async function runApp(folder, app) {
  const output = await run(folder, process.execPath, "check.cjs", app);
  if (output.trim() !== "ok") throw new Error(`${app} in ${folder} printed: ${output}`);
}

/** @param {string} folder of an application that does not use TypeScript */
async function refuseTypes(folder) {
  const installed = await readdir(join(folder, "node_modules/.pnpm"));
  const types = installed.filter((name) => name.startsWith("@types+"));
  if (types.length > 0) throw new Error(`A JavaScript application gets ${types.join(", ")}.`);
}

/** @param {string} folder @param {string} name @param {unknown} content */
function write(folder, name, content) {
  return writeFile(join(folder, name), JSON.stringify(content, undefined, 2));
}

/** @param {string} cwd @param {string} command @param {string[]} args */
async function run(cwd, command, ...args) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd });
    return stdout;
  } catch (cause) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (cause);
    const failure = `${command} ${args.join(" ")} in ${cwd} failed:\n${stdout}${stderr}`;
    throw new Error(failure, { cause });
  }
}
