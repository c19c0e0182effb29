// The code on the pages works: TypeScript compiles as it stands, JavaScript parses, and programs start and serve a request.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it, onTestFinished } from "vitest";
import { PAGES, ROOT } from "../house/files.ts";
import { snippetsOf, writeSnippets } from "./snippets.ts";

const pages = PAGES.map((page) => ({ page, snippets: snippetsOf(page) }));
const withSnippets = pages.filter(({ snippets }) => snippets.length > 0);

const run = promisify(execFile);

/** The output of a program of Node that fails, "" of one that succeeds. */
const errorsOf = (...args: readonly string[]): Promise<string> =>
  run(process.execPath, args).then(
    () => "",
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );

it.each(withSnippets)("$page has snippets that compile", async ({ page, snippets }) => {
  const folder = writeSnippets(page, snippets);
  const typescript = snippets.filter(({ language }) => language === "ts");
  // `req.session` gives way to the types of express-session where they are installed, as they are here.
  const usesExpressSession = typescript.some(({ code }) => code.includes("express-session"));
  const paths = usesExpressSession ? {} : { "express-session": ["./not-installed.d.ts"] };
  writeFileSync(join(folder, "not-installed.d.ts"), "export {};");
  const config = {
    extends: join(ROOT, "tsconfig.check.json"),
    compilerOptions: { declaration: false, noUnusedLocals: false, paths },
    include: ["*.ts"],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  expect(await errorsOf(join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder)).toBe("");
  // JavaScript is parsed, and not checked: it may use names of the text around it.
  const scripts = snippets.filter(({ language }) => language === "js");
  for (const { line } of scripts) {
    expect(await errorsOf("--check", join(folder, `line-${line}.js`))).toBe("");
  }
});

/** Whole programs: they import what they use, and listen. */
const programs = withSnippets
  .flatMap(({ snippets }) => snippets)
  .filter(({ language }) => language === "js")
  .filter(({ code }) => code.includes('from "@redistore/core"') && code.includes(".listen(3000)"));

it.each(programs)("$page, line $line: the program serves requests", async (snippet) => {
  const port = await freePort();
  const code = snippet.code
    .replace(".listen(3000)", `.listen(${port}, "127.0.0.1", () => console.log("listening"))`)
    .replace("redis://localhost:6379", inject("redisUrl"));
  const folder = writeSnippets(`run-${snippet.page}`, [{ ...snippet, code }]);
  const program = spawn(process.execPath, [join(folder, `line-${snippet.line}.js`)], {
    env: { ...process.env, SESSION_KEYS: `${"a".repeat(32)},${"b".repeat(32)}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void program.kill());
  await once(program.stdout, "data");
  const first = await fetch(`http://127.0.0.1:${port}/`);
  expect(first.status).toBe(200);
  const cookie = first.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const second = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie } });
  expect(await second.text()).toContain("2");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
