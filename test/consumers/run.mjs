// Compiles and runs small applications against the packed packages, as their users would: strictly, with each TypeScript that is
// supported, as ES modules and as CommonJS, and beside the types that users may have installed themselves.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = fileURLToPath(new URL("../../packages", import.meta.url));

/**
 * What users have installed, beside the packages themselves. `sources` are taken from the folder `from`: .mts is the ES module, .cts
 * CommonJS; all are compiled, and each `app` is run and has to print "ok".
 */
const PROJECTS = [
  {
    name: "express",
    from: "express",
    sources: ["app.mts", "app.cts"],
    packages: ["core", "http", "express"],
    dependencies: { express: "^5.3.0", "@types/express": "^5.0.6" },
  },
  {
    name: "express, with express-session and its types",
    from: "express",
    sources: ["app.mts", "app.cts", "augmented.mts", "migrating.mts"],
    packages: ["core", "http", "express"],
    dependencies: {
      express: "^5.3.0",
      "express-session": "^1.19.0",
      "@types/express": "^5.0.6",
      "@types/express-session": "^1.19.0",
    },
  },
  {
    name: "express 4, with @types/express-session",
    from: "express",
    sources: ["app.mts", "app.cts", "augmented.mts"],
    packages: ["core", "http", "express"],
    dependencies: {
      express: "^4.22.0",
      "@types/express": "^4.17.25",
      "@types/express-session": "^1.19.0",
    },
  },
  {
    name: "koa",
    from: "koa",
    sources: ["app.mts", "app.cts"],
    packages: ["core", "http", "koa"],
    dependencies: { koa: "^3.3.0", "@koa/router": "^15.7.0", "@types/koa": "^3.0.3" },
  },
  {
    name: "koa 2, with @types/koa-session",
    from: "koa",
    sources: ["app.mts", "app.cts", "migrating.mts"],
    packages: ["core", "http", "koa"],
    dependencies: {
      koa: "^2.16.0",
      "@koa/router": "^15.7.0",
      "@types/koa": "^2.15.2",
      "@types/koa-session": "^6.4.5",
    },
    // Its session has members (inspect, manuallyCommit) that ours has not, and the types of Koa, where the two meet, are blamed.
    skipLibCheck: true,
  },
];

const TYPESCRIPTS = { typescript59: "npm:typescript@~5.9.0", typescript7: "npm:typescript@~7.0.0" };

const COMPILER_OPTIONS = {
  target: "es2023",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  outDir: "out",
};

const root = mkdtempSync(join(tmpdir(), "redistore-consumers-"));
try {
  const tarballs = pack([...new Set(PROJECTS.flatMap((project) => project.packages))]);
  for (const project of PROJECTS) check(project, tarballs);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** @param {string[]} names */
function pack(names) {
  /** @type {Record<string, string>} */
  const tarballs = {};
  for (const name of names) {
    const folder = join(root, "packed", name);
    mkdirSync(folder, { recursive: true });
    run(join(packages, name), "pnpm", "pack", "--pack-destination", folder);
    tarballs[`@redistore/${name}`] = `file:${join(folder, String(readdirSync(folder)[0]))}`;
  }
  return tarballs;
}

/**
 * @param {(typeof PROJECTS)[number]} project
 * @param {Record<string, string>} tarballs
 */
function check(project, tarballs) {
  const folder = join(root, project.name.replaceAll(/\W+/g, "-"));
  cpSync(join(here, project.from), folder, {
    recursive: true,
    filter: (source) =>
      !/\.[cm]ts$/.test(source) || project.sources.some((each) => source.endsWith(each)),
  });
  const own = Object.fromEntries(
    project.packages.map((name) => [`@redistore/${name}`, tarballs[`@redistore/${name}`]]),
  );
  const dependencies = {
    ...own,
    ...project.dependencies,
    ...TYPESCRIPTS,
    "@types/node": "^20.19.0",
  };
  write(folder, "package.json", { private: true, type: "module", dependencies });
  // A workspace of its own; the packages depend on one another by versions that are nowhere yet.
  write(folder, "pnpm-workspace.yaml", { overrides: tarballs });
  const { skipLibCheck = false } = project;
  const compilerOptions = { ...COMPILER_OPTIONS, skipLibCheck };
  write(folder, "tsconfig.json", { compilerOptions, files: project.sources });
  run(folder, "pnpm", "install", "--no-lockfile", "--prefer-offline");
  for (const typescript of Object.keys(TYPESCRIPTS)) {
    rmSync(join(folder, "out"), { recursive: true, force: true });
    run(folder, process.execPath, `node_modules/${typescript}/bin/tsc`);
    for (const app of ["out/app.mjs", "out/app.cjs"]) {
      const said = run(folder, process.execPath, app);
      if (said.trim() !== "ok") throw new Error(`${project.name}, ${app} said: ${said}`);
    }
    console.log(`${project.name}: compiles with ${typescript}, runs as ES module and CommonJS`);
  }
}

/** @param {string} folder @param {string} name @param {unknown} content */
function write(folder, name, content) {
  writeFileSync(join(folder, name), JSON.stringify(content, undefined, 2));
}

/** @param {string} cwd @param {string} command @param {string[]} args */
function run(cwd, command, ...args) {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    const { stdout = "", stderr = "" } = /** @type {{ stdout?: string, stderr?: string }} */ (
      cause
    );
    throw new Error(`${command} ${args.join(" ")} in ${cwd} failed:\n${stdout}${stderr}`, {
      cause,
    });
  }
}
