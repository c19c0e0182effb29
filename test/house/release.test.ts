// What protects a release: the workflows run no code that can change under its name, and every package says which commit it was built from.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { filesBelow, ROOT } from "./files.ts";

it.each(filesBelow(".github/workflows", /\.ya?ml$/))("%s names actions by their commit", (path) => {
  const actions = readFileSync(ROOT + path, "utf8").matchAll(/uses: (\S+)/g);
  const movable = [...actions]
    .map(([, action]) => action)
    .filter((action) => !/@[\da-f]{40}$/.test(action ?? ""));
  expect(movable).toEqual([]);
});

it.each(filesBelow(".github/workflows", /\.ya?ml$/))(
  "%s may only read the repository, except in jobs that say otherwise",
  (path) => {
    expect(readFileSync(ROOT + path, "utf8")).toMatch(/^permissions: \{ contents: read \}$/m);
  },
);

it.each(filesBelow("packages", /^package\.json$/))(
  "%s is published with its provenance",
  (path) => {
    const { publishConfig } = JSON.parse(readFileSync(ROOT + path, "utf8")) as {
      publishConfig?: object;
    };
    expect(publishConfig).toEqual({ access: "public", provenance: true });
  },
);
