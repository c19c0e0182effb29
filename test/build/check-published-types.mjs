// Part of a package's check:pack, run in its folder: the published types compile, and have no member that the sources mark as @internal.
// Only members can be marked: the types of one file use those of another, also if index.ts exports neither.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const COMPILER_OPTIONS =
  "--ignoreConfig --noEmit --strict --skipLibCheck false --module nodenext --target es2023 --lib es2023,esnext.disposable --types node";

/** A doc comment with the tag, and the name that is declared after it. */
const MARKED =
  /\/\*\*(?:(?!\*\/)[^])*@internal(?:(?!\*\/)[^])*\*\/\s*(?:(?:export|declare|abstract|readonly|static|override|async|get|set|class|interface|function|const|type)\s+)*([\w$]+)/g;

const published = filesOf("dist/cjs").filter((file) => file.endsWith(".d.ts"));
const problems = published
  .filter((file) => read("dist/cjs", file).includes("@internal"))
  .map((file) => `${file} has an @internal tag.`);

for (const file of filesOf("src").filter((each) => each.endsWith(".ts"))) {
  const types = file.replace(/\.ts$/, ".d.ts");
  if (!existsSync(join("dist/cjs", types))) continue;
  for (const [, name] of read("src", file).matchAll(MARKED)) {
    // Declared at the start of a line; elsewhere the name is used, or belongs to another type.
    const declaration = new RegExp(String.raw`^\s*(?:[a-z]+\s+)*${name}\s*[?(:<={]`, "m");
    if (declaration.test(read("dist/cjs", types))) {
      problems.push(`${types} declares ${name}, which is @internal.`);
    }
  }
}

const files = published.map((file) => join("dist/cjs", file));
const { status, stdout } = spawnSync("tsc", [...COMPILER_OPTIONS.split(" "), ...files], {
  encoding: "utf8",
});
if (status !== 0) problems.push(stdout);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

/** @param {string} folder @param {string} file */
function read(folder, file) {
  return readFileSync(join(folder, file), "utf8");
}
