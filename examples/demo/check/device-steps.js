// The steps of `--check` about a user's devices.
import assert from "node:assert/strict";

/** User-Agent headers, by what the list of devices makes of them. */
const AGENTS = {
  "Firefox on Linux": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Safari on iPhone":
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "Edge on Windows":
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
};

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const deviceSteps = {
  "the devices of a user are listed by their browsers": async (visitor) => {
    const [laptop] = await logInEverywhere(visitor, "Edsger");
    const labels = await labelsSeenBy(laptop);
    assert.deepEqual(labels, [
      "Edge on Windows",
      "Firefox on Linux (this one)",
      "Safari on iPhone",
    ]);
    assert.match(await laptop.page(), /Safari on iPhone/);
    return labels.join(", ");
  },

  "one device is logged out from another": async (visitor) => {
    const [laptop, phone, tablet] = await logInEverywhere(visitor, "Barbara");
    const { devices } = await laptop.visit();
    const device = devices.find(({ label }) => label === "Safari on iPhone")?.publicId ?? "";
    const stranger = visitor.stranger();
    await stranger.visit();
    await stranger.submit("/login", { name: "Mallory" });
    await stranger.submit("/logout-device", { device });
    assert.equal((await phone.visit()).user, "Barbara", "another user ended it");
    await laptop.submit("/logout-device", { device });
    const { refused, user } = await phone.visit();
    assert.deepEqual([refused, user], ["gone", undefined]);
    assert.deepEqual(await labelsSeenBy(tablet), [
      "Edge on Windows (this one)",
      "Firefox on Linux",
    ]);
    await phone.visit();
    await phone.submit("/login", { name: "Barbara" });
    assert.equal((await phone.visit()).user, "Barbara", "it cannot log in again");
    return "the iPhone is a guest with its next request, and can log in again; another user cannot end it";
  },

  "all other devices are logged out at once": async (visitor) => {
    const [laptop, phone, tablet] = await logInEverywhere(visitor, "Tony");
    await laptop.submit("/logout-others");
    for (const each of [phone, tablet]) {
      const { refused, user } = await each.visit();
      assert.deepEqual([refused, user], ["gone", undefined]);
    }
    const labels = await labelsSeenBy(laptop);
    assert.deepEqual(labels, ["Firefox on Linux (this one)"]);
    await laptop.submit("/logout");
    return `there remains ${labels.join(", ")}`;
  },
};

/**
 * A user's browsers, one of each kind.
 *
 * @param {Visitor} visitor
 * @param {string} name a user of no other step
 * @returns {Promise<[Visitor, Visitor, Visitor]>}
 */
async function logInEverywhere(visitor, name) {
  const [laptop, phone, tablet] = Object.values(AGENTS).map((agent) => visitor.stranger(agent));
  assert.ok(laptop && phone && tablet);
  for (const each of [laptop, phone, tablet]) {
    await each.visit();
    await each.submit("/login", { name });
  }
  return [laptop, phone, tablet];
}

/** In alphabetical order, because logins of the same second are listed in any order. @param {Visitor} visitor */
async function labelsSeenBy(visitor) {
  const { devices } = await visitor.visit();
  return devices.map(({ label, own }) => (own ? `${label} (this one)` : label)).toSorted();
}
