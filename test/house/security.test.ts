// docs/security.md names tests that exist: a link to a file of tests has as its text the name that a test has there.
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ROOT } from "./files.ts";

/** Links of the page into the repository's TypeScript. */
function linksOf(page: string): { readonly file: string; readonly name: string }[] {
  const links = readFileSync(ROOT + page, "utf8").matchAll(/\[([^\]]+)\]\(\.\.\/([^)#]+\.ts)\)/g);
  return [...links].map(([, name = "", file = ""]) => ({ file, name }));
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Texts in quotes, as patterns of the names they stand for: `%s`, `$name` and `${name}` are filled in by the runner. */
function namesIn(source: string): RegExp[] {
  const literals = source.matchAll(/"((?:[^"\\\n]|\\.)+)"|'([^'\n]+)'|`([^`\n]+)`/g);
  const texts = [...literals].map((found) => found.slice(1).find((text) => text !== undefined));
  return texts.flatMap((text = "") => {
    const fixed = text.split(/%[sdifjo]|\$\{.*?\}|\$\w+/);
    // A name that is nearly all filled in stands for any.
    return fixed.join("").length < 8 ? [] : [new RegExp(`^${fixed.map(escape).join(".*")}$`)];
  });
}

const LINKS = linksOf("docs/security.md");

it("docs/security.md links to tests", () => {
  const others = LINKS.filter(({ file }) => !/(\.test|-suite)\.ts$/.test(file));
  expect(others).toEqual([]);
  expect(LINKS.length).toBeGreaterThan(100);
});

it.each([...new Set(LINKS.map(({ file }) => file))])(
  "%s has the tests that it is named for",
  (file) => {
    expect(existsSync(ROOT + file)).toBe(true);
    const names = namesIn(readFileSync(ROOT + file, "utf8"));
    const missing = LINKS.filter((link) => link.file === file)
      .flatMap(({ name }) => name.split(" › "))
      .filter((part) => !names.some((name) => name.test(part)));
    expect(missing).toEqual([]);
  },
);
