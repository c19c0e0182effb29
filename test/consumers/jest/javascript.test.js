// Jest with its defaults, on CommonJS.
const { check } = require("../check.cjs");
const { listeners } = require("../javascript/app.cjs");

test("every host keeps its sessions", async () => {
  expect(await check(listeners)).toBe("ok");
});
