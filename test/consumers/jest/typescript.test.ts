// ts-jest with its defaults.
import { listeners } from "../modules/app";

const { check } = require("../check.cjs");

test("every host keeps its sessions", async () => {
  expect(await check(listeners)).toBe("ok");
});
