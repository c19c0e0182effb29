// The rules of the house that a program can check: folders a reader takes in at a glance, files that say what they are for, plain words.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { filesBelow, PAGES, ROOT } from "./files.ts";

const SOURCES = readdirSync(`${ROOT}packages`).flatMap((name) =>
  filesBelow(`packages/${name}/src`, /\.ts$/),
);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
const read = (path: string): string => readFileSync(ROOT + path, "utf8");

/** Lines of `files` that `pattern` matches, as `path:line: text`. */
function matches(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}

describe("the sources", () => {
  it("have at most 15 files side by side", () => {
    const folders = SOURCES.map(folderOf);
    const sizes = folders.map((folder) => folders.filter((other) => other === folder).length);
    const crowded = folders.filter((_, at) => (sizes[at] as number) > 15);
    expect([...new Set(crowded)]).toEqual([]);
  });

  it("open with a sentence on what the file is for", () => {
    expect(SOURCES.filter((path) => !/^\/\/ \S.*[.:]/.test(read(path)))).toEqual([]);
  });

  it("name the subject in place of whoever, somebody or nobody", () => {
    const vague = /\b(whoever|(some|no|any|every)(body|one))\b/i;
    expect(matches([...SOURCES, ...PAGES], vague)).toEqual([]);
  });
});
