// vitest with its defaults.
import { expect, test } from "vitest";
import { check } from "../check.cjs";
import { listeners } from "../javascript/app.mjs";

test("every host keeps its sessions", async () => {
  expect(await check(listeners)).toBe("ok");
});
