// Copies of core with one rule taken out, in the system's folder for temporary files. The working tree is never changed.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../house/files.ts";
import type { Edit } from "./mutant.ts";

const SOURCES = "packages/core/src/";
/** What the models are made of. */
const COPIED = [
  "packages/core/package.json",
  SOURCES,
  "packages/core/test/backends/redis",
  "packages/core/test/session/records",
  "test/seeded-random.ts",
];

export interface Copy {
  /** Imports a module of the copy. */
  load(path: string): Promise<unknown>;
  remove(): void;
}

/** @throws if the text of an edit is not there exactly once: the source has changed, and the mutant has to change with it */
export function copyWith(edits: readonly Edit[]): Copy {
  const edited = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const parts = (edited.get(file) ?? readFileSync(ROOT + SOURCES + file, "utf8")).split(find);
    if (parts.length !== 2) {
      throw new Error(
        `${SOURCES}${file} has ${parts.length - 1} times the text of this mutant, which has to be there once. Adapt the mutant to the source: ${find}`,
      );
    }
    edited.set(file, parts.join(replace));
  }
  const root = mkdtempSync(join(tmpdir(), "mutant-"));
  for (const path of COPIED) cpSync(ROOT + path, join(root, path), { recursive: true });
  for (const folder of ["node_modules", "packages/core/node_modules"])
    symlinkSync(ROOT + folder, join(root, folder));
  for (const [file, text] of edited) writeFileSync(join(root, SOURCES, file), text);
  return {
    load: (path) => import(/* @vite-ignore */ join(root, path)),
    remove: () => rmSync(root, { recursive: true }),
  };
}
