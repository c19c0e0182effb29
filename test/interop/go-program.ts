// Builds the Go programs beside this file, from the libraries that Debian packages (golang-github-gorilla-securecookie-dev).
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/interop/", import.meta.url));

/** A program that was built, or why it could not be. */
export type GoProgram = { readonly path: string } | { readonly missing: string };

/**
 * Builds `test/interop/<name>`. Where Go or a library is missing this says so, for the tests to skip; in CI, or with REQUIRE_GO=1,
 * nobody would look at what was skipped, so there it throws.
 */
export function buildGoProgram(name: string): GoProgram {
  const path = join(CACHE, name);
  // Other test files may build or run the same program right now: it changes by renaming only.
  const fresh = `${path}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  const source = fileURLToPath(new URL(name, import.meta.url));
  const { error, status, stderr } = spawnSync("go", ["build", "-o", fresh, "."], {
    cwd: source,
    encoding: "utf8",
    env: {
      ...process.env,
      // No C compiler is needed then, which a machine need not have.
      CGO_ENABLED: "0",
      GO111MODULE: "off",
      GOPATH: [process.env["GOPATH"], "/usr/share/gocode"].filter(Boolean).join(":"),
    },
  });
  if (status === 0) {
    renameSync(fresh, path);
    return { path };
  }
  const missing = error ? `go cannot be run: ${error.message}` : `go build failed: ${stderr}`;
  // A compile error is a defect of the program, wherever it is built.
  const absent = error !== undefined || stderr.includes("cannot find package");
  if (!absent || process.env["CI"] === "true" || process.env["REQUIRE_GO"] === "1") {
    throw new Error(
      `${missing}\nInstall the Debian packages golang-go, golang-github-gorilla-securecookie-dev, golang-github-gorilla-sessions-dev and golang-github-boj-redistore-dev.`,
    );
  }
  console.warn(`Skipped what needs test/interop/${name}: ${missing}`);
  return { missing };
}
