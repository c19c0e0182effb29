// The code blocks of the pages, and modules made of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/files.ts";

/** Below the workspace that has every package and framework of the pages as a dependency. */
const FOLDER = join(ROOT, "test/ecosystem/.cache/snippets");

export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly language: "js" | "ts";
  readonly code: string;
}

/** A comment `<!-- uses: CODE -->` before a fragment declares the names that it takes from the text around it. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/(?:^<!-- uses: ([^\n]*) -->\n\n)?^```(js|ts)\n(.*?)^```$/gms)].map(
    ({ index, 1: uses = "", 2: language, 3: code }) => ({
      page,
      line: text.slice(0, index).split("\n").length,
      language: language as Snippet["language"],
      code: `${uses}\n${code}`,
    }),
  );
}

/** An empty folder with a module for each snippet. */
export function writeSnippets(name: string, snippets: readonly Snippet[]): string {
  const folder = join(FOLDER, name.replaceAll("/", "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { line, language, code } of snippets) {
    writeFileSync(join(folder, `line-${line}.${language}`), code);
  }
  return folder;
}
