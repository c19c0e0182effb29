// The files of the repository that the tests of the house look at.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files below `folder` whose names `pattern` matches, as paths from the root; what is installed or built is left out. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name === ".git") return [];
    if (entry.isDirectory()) return filesBelow(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

/** All pages in Markdown but the changesets, which are part of a release. */
export const PAGES = filesBelow("", /\.md$/).filter((path) => !path.startsWith(".changeset/"));
