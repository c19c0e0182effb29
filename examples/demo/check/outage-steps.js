// The step of `--check` about an outage of Redis, which takes ten seconds.
import assert from "node:assert/strict";
import { PEER } from "../peer/peer-servers.js";
import { Skipped } from "./skipped.js";

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const outageSteps = {
  "while Redis is stopped every server responds soon, and works after it": async (visitor) => {
    const busy = visitor.stranger();
    const { outage, places } = await busy.visit();
    if (!outage.possible) throw new Skipped("it needs a Redis of the demo's own");
    await busy.submit("/login", { name: "Katherine" });
    await busy.submit("/outage");
    const { outage: ended, user } = await busy.visit();
    assert.equal(user, "Katherine", "the login is lost");
    const names = ended.responses.map(({ name }) => name);
    assert.deepEqual(names, [...places.map(({ name }) => name), PEER]);
    for (const { name, during, after } of ended.responses) {
      if (name !== PEER) assert.match(during, /^503 after [0-4]\./, name);
      if (name === PEER) assert.doesNotMatch(during, /^\d+ after 0/, "it did not ask Redis");
      assert.match(after, /^20\d after/, name);
    }
    return ended.responses.map(({ name, during }) => `${name} ${during}`).join(", ");
  },
};
