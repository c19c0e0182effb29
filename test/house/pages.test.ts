// What the pages point to exists: their links, and the paths that ARCHITECTURE.md and CONTRIBUTING.md name.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { PAGES, ROOT } from "./files.ts";

const PACKAGES = ["core", "http", "express", "koa", "gob"].map((name) => `packages/${name}`);

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Targets of links inside the repository, without anchors. */
function linksOf(page: string): string[] {
  const links = read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g);
  return [...links].map(([, target]) => target as string).filter((link) => !/^[a-z]+:/.test(link));
}

/** Paths in backticks: with a slash at the end or an ending of a file. A list in braces stands for several. */
function pathsOf(page: string): string[] {
  const spans = [...read(page).matchAll(/`([^`\s]+)`/g)].map(([, span]) => span as string);
  return spans.filter((span) => /^[\w@.*-][\w@./*-]*(\/|\.(ts|js|mjs|md|json))$/.test(span));
}

it.each(PAGES)("%s links to files that exist", (page) => {
  const missing = linksOf(page).filter((link) => !existsSync(join(ROOT, dirname(page), link)));
  expect(missing).toEqual([]);
});

it.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s names paths that exist", (page) => {
  expect(pathsOf(page).filter((path) => !exists(path) && !path.includes("*"))).toEqual([]);
});

/** Paths are from the root, from `packages/`, or from a package. */
function exists(path: string): boolean {
  const inPackage = `packages/${path.replace(/^(\w+)\//, "$1/src/")}`;
  return [path, `packages/${path}`, inPackage].some((each) => existsSync(join(ROOT, each)));
}

it.each(["", ...PACKAGES])("%s/README.md begins with what to install", (folder) => {
  const [, first = ""] = /^```\w*\n(.*?)\n```/ms.exec(read(join(folder, "README.md"))) ?? [];
  expect(first).toMatch(/^npm install @redistore\/core\b/);
});
