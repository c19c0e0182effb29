// The steps of `--check` about time. They wind the demo's clock forward, which ends the sessions of all steps before them.
import assert from "node:assert/strict";

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const clockSteps = {
  "an hour after its login a session ends, however busy it is": async (visitor) => {
    const busy = visitor.stranger();
    await busy.visit();
    await busy.submit("/login", { name: "Margaret" });
    const minutes = [];
    for (const expected of [60, 40, 20]) {
      const { user, clocks } = await busy.visit();
      const left = Math.round((clocks[0]?.left ?? 0) / 60);
      assert.deepEqual([user, left], ["Margaret", expected]);
      minutes.push(left);
      await busy.submit("/wind-forward");
    }
    const { refused, user } = await busy.visit();
    assert.deepEqual([refused, user], ["gone", undefined]);
    await busy.visit();
    await busy.submit("/login", { name: "Margaret" });
    const { user: again, clocks } = await busy.visit();
    assert.equal(again, "Margaret");
    assert.equal(Math.round((clocks[0]?.left ?? 0) / 60), 60, "the login does not begin it anew");
    return `${minutes.join(", ")} minutes left, then refused (${refused}); the next login begins it anew`;
  },
};
