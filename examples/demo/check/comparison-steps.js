// The step of `--check` that compares with express-session and connect-redis.
import assert from "node:assert/strict";
import { WRITES } from "../actions/writes.js";
import { PEER } from "../peer/peer-servers.js";
import { Skipped } from "./skipped.js";

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const comparisonSteps = {
  [`the same ${WRITES} writes at once to ${PEER} lose some`]: async (visitor) => {
    const own = visitor.stranger();
    await own.visit();
    const csrf = await own.token();
    const { peers, where } = await own.visit();
    if (where.includes("memory")) throw new Skipped("it needs Redis");
    const origins = (peers ?? []).map(({ origin }) => origin);
    assert.equal(origins.length, 3);
    const started = await own.postTo(`${origins[0]}/peer-start`, {});
    assert.equal(started, 204);
    const numbers = Array.from({ length: WRITES }, (_, n) => n);
    const fields = (/** @type {number} */ n) => ({ tab: "same", n: `${n}`, csrf });
    const ours = await Promise.all(numbers.map((n) => own.post("/write", fields(n))));
    const theirs = await Promise.all(
      numbers.map((n) => own.postTo(`${origins[n % origins.length]}/peer-write`, fields(n))),
    );
    // Every write of both was reported as successful.
    assert.deepEqual([...new Set([...ours, ...theirs])], [204]);
    const { presses, peerPresses } = await own.visit();
    const [kept, keptThere] = [presses, peerPresses].map((each) => each[0]?.arrived ?? 0);
    assert.equal(kept, WRITES);
    assert.ok(keptThere !== undefined && keptThere > 0 && keptThere < WRITES, `kept ${keptThere}`);
    assert.match(await own.page(), new RegExp(`And ${WRITES} writes, each with a key of its own`));
    return `${kept} of ${WRITES} are kept, and ${keptThere} of ${WRITES} there`;
  },
};
