// The first step of a package's build, run in its folder: empties dist and writes the files that the compiler does not.
//
// dist/cjs/ gets a package.json that marks it as CommonJS. The types of both builds are declared once, in dist/cjs/: two declarations of
// one class are two types, and two augmentations of one interface collide. Each ES module that package.json exports gets a .d.ts that
// points to them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path/posix";

/** @typedef {{ types: string, default: string }} Build */

/** @type {{ exports: Record<string, string | { import: Build, require: Build }> }} */
const { exports } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync("dist", { recursive: true, force: true });
write("dist/cjs/package.json", '{ "type": "commonjs" }\n');
for (const entry of Object.values(exports)) {
  if (typeof entry === "string") continue;
  const { types } = entry.import;
  const path = relative(dirname(types), entry.require.default);
  write(types, `export * from "${path.startsWith(".") ? path : `./${path}`}";\n`);
}

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
