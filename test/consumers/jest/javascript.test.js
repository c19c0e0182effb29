// Jest with its defaults, on CommonJS.
const {
  createStore,
  keysFromStrings,
  StoreUnavailableError,
  withConnectTimeout,
  withURL,
} = require("@redistore/core");
const { check } = require("../check.cjs");
const { listeners } = require("../javascript/app.cjs");

test("every host keeps its sessions", async () => {
  expect(await check(listeners)).toBe("ok");
});

// Jest gives a test its own Error class, so errors of node:net are no instances of it.
test("an unreachable Redis is named with its cause", async () => {
  const keys = keysFromStrings("a-key-of-32-characters-for-tests");
  const start = createStore(keys, withURL("redis://127.0.0.1:1"), withConnectTimeout(0.1));
  await expect(start).rejects.toThrow(/127\.0\.0\.1:1.*ECONNREFUSED/);
  await expect(start).rejects.toBeInstanceOf(StoreUnavailableError);
});
