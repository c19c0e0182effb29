// Builds the Go programs beside this file, from the libraries that Debian packages (golang-github-gorilla-securecookie-dev).
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/interop/", import.meta.url));

/** The built program, or the reason why it could not be built. */
export type GoProgram = { readonly path: string } | { readonly missing: string };

/**
 * Builds `test/interop/<name>`. If Go or a library is missing, returns the reason, and the tests are skipped. In CI, or with REQUIRE_GO=1,
 * it throws instead, because skipped tests would go unnoticed there.
 */
export function buildGoProgram(name: string): GoProgram {
  const path = join(CACHE, name);
  // Built under a temporary name and renamed, because other test files may build or run the program at the same time.
  const fresh = `${path}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  const source = fileURLToPath(new URL(name, import.meta.url));
  const { error, status, stderr } = spawnSync("go", ["build", "-o", fresh, "."], {
    cwd: source,
    encoding: "utf8",
    env: {
      ...process.env,
      // Builds without a C compiler.
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
  // A compile error is a defect of the program and always throws.
  const absent = error !== undefined || stderr.includes("cannot find package");
  if (!absent || process.env["CI"] === "true" || process.env["REQUIRE_GO"] === "1") {
    throw new Error(
      `${missing}\nInstall the Debian packages golang-go, golang-github-gorilla-securecookie-dev, golang-github-gorilla-sessions-dev and golang-github-boj-redistore-dev.`,
    );
  }
  console.warn(`Skipped what needs test/interop/${name}: ${missing}`);
  return { missing };
}
