// The fresh projects: what each has installed beside the packed packages, what is compiled there, and what is run.

/**
 * @typedef {object} Project One installation.
 * @property {string} name
 * @property {Record<string, string>} dependencies
 * @property {boolean} [hasTypes] false: no `@types` package may get installed; default true
 * @property {readonly Program[]} [programs]
 * @property {readonly string[]} [apps] run as they are
 * @property {readonly string[][]} [tools] programs of packages, with their arguments
 */

/**
 * @typedef {object} Program What the compiler is given; it must compile with every TypeScript that is named.
 * @property {string} name
 * @property {readonly string[]} sources
 * @property {object} options of the compiler
 * @property {readonly string[]} [compilers] default: all of {@link COMPILERS}
 * @property {readonly string[]} apps run from the output folder
 * @property {"module" | "commonjs"} [type] of the output; default "commonjs"
 */

/** By the name that they are installed under. */
export const COMPILERS = {
  typescript59: "npm:typescript@~5.9.0",
  typescript7: "npm:typescript@~7.0.0",
};

const STRICT = {
  target: "es2023",
  lib: ["es2023", "esnext.disposable"],
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  esModuleInterop: true,
  skipLibCheck: false,
};
const NODENEXT = { ...STRICT, module: "nodenext", verbatimModuleSyntax: true };

/** Where TypeScript 5.9 looks for types if `module` is commonjs; TypeScript 7 has no such mode. */
const NODE10 = { ...STRICT, module: "commonjs", moduleResolution: "node10" };

/** What ts-jest finds in the project's tsconfig.json. */
export const DEFAULT_OPTIONS = {
  target: "es2022",
  module: "commonjs",
  esModuleInterop: true,
  strict: true,
};

const HOSTS = { express: "^5.3.0", koa: "^3.3.0" };
const SESSION_LIBRARIES = { "express-session": "^1.19.0", "koa-session": "^7.0.2" };
const TYPES = {
  ...COMPILERS,
  "@types/express": "^5.0.6",
  "@types/koa": "^3.0.3",
  "@types/node": "^20.19.0",
};

/** Every package and every entry point, as CommonJS of one module setting. */
const MODULES = { sources: ["modules/app.ts"], apps: ["modules/app.js"] };

/** @type {readonly Project[]} */
export const PROJECTS = [
  {
    name: "JavaScript",
    dependencies: { ...HOSTS, ...SESSION_LIBRARIES },
    hasTypes: false,
    apps: ["javascript/app.mjs", "javascript/app.cjs", "javascript/both-builds.mjs"],
  },
  {
    name: "TypeScript, Express 5 and Koa 3",
    dependencies: { ...HOSTS, ...TYPES, "@koa/router": "^15.7.0" },
    programs: [
      {
        name: "nodenext",
        sources: [
          "express/app.mts",
          "express/app.cts",
          "express/own-type.mts",
          "koa/app.mts",
          "koa/app.cts",
        ],
        options: NODENEXT,
        apps: ["express/app.mjs", "express/app.cjs", "koa/app.mjs", "koa/app.cjs"],
      },
    ],
  },
  {
    name: "every module setting, Jest and vitest",
    dependencies: {
      ...HOSTS,
      ...SESSION_LIBRARIES,
      ...TYPES,
      "@types/express-session": "^1.19.0",
      "@types/jest": "^30.0.0",
      jest: "^30.5.0",
      "ts-jest": "^29.4.15",
      typescript: COMPILERS.typescript59,
      vitest: "^4.1.0",
    },
    programs: [
      { ...MODULES, name: "node10", options: NODE10, compilers: ["typescript59"] },
      {
        ...MODULES,
        name: "commonjs",
        options: { ...STRICT, module: "commonjs" },
        compilers: ["typescript7"],
      },
      {
        ...MODULES,
        name: "node16",
        options: { ...STRICT, module: "node16" },
        compilers: ["typescript59"],
      },
      {
        ...MODULES,
        name: "nodenext",
        options: { ...STRICT, module: "nodenext" },
        compilers: ["typescript7"],
      },
      {
        ...MODULES,
        name: "bundler",
        type: "module",
        options: { ...STRICT, module: "esnext", moduleResolution: "bundler" },
      },
      {
        name: "express-session",
        sources: ["express/augmented.mts", "express/migrating.mts"],
        options: NODENEXT,
        apps: [],
      },
    ],
    tools: [
      ["jest/bin/jest.js", "jest/javascript"],
      ["jest/bin/jest.js", "--preset", "ts-jest", "jest/typescript"],
      ["vitest/vitest.mjs", "run", "vitest/"],
    ],
  },
  {
    name: "TypeScript, Express 4 and Koa 2",
    dependencies: {
      ...COMPILERS,
      "@koa/router": "^15.7.0",
      "@types/express": "^4.17.25",
      "@types/express-session": "^1.19.0",
      "@types/koa": "^2.15.2",
      "@types/koa-session": "^6.4.5",
      "@types/node": "^20.19.0",
      express: "^4.22.0",
      koa: "^2.16.0",
    },
    programs: [
      {
        name: "express",
        sources: ["express/app.mts", "express/app.cts", "express/augmented.mts"],
        options: NODENEXT,
        apps: ["express/app.mjs", "express/app.cjs"],
      },
      {
        name: "koa",
        sources: ["koa/app.mts", "koa/app.cts"],
        options: NODENEXT,
        apps: ["koa/app.mjs", "koa/app.cjs"],
      },
      { name: "koa-session", sources: ["koa/migrating.mts"], options: NODENEXT, apps: [] },
    ],
  },
];
