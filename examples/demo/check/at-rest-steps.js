// The step of `--check` about encryption at rest.
import assert from "node:assert/strict";
import { Skipped } from "./skipped.js";

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const atRestSteps = {
  "an encrypted copy cannot be read in Redis, and the store reads it": async (visitor) => {
    const owner = visitor.stranger();
    const { encrypted } = await owner.visit();
    if (!encrypted.possible) throw new Skipped("it needs Redis");
    await owner.submit("/login", { name: "Dorothy" });
    await owner.submit("/encrypt");
    const { encrypted: now, stored } = await owner.visit();
    const bytes = Buffer.from(now.copy?.hex ?? "", "hex");
    assert.ok(bytes.length > 0, "there are no bytes");
    assert.ok(!bytes.includes("Dorothy") && !bytes.includes("csrf"), "they can be read");
    assert.match(stored?.value ?? "", /"user":"Dorothy"/);
    assert.equal(JSON.parse(now.copy?.value ?? "{}").user, "Dorothy");
    const page = await owner.page();
    assert.match(page, /The encrypted bytes/);
    await owner.submit("/encrypt");
    const { encrypted: again } = await owner.visit();
    assert.notEqual(again.copy?.hex, now.copy?.hex, "the copy is not stored again");
    return `${bytes.length} bytes, ${bytes.toString("hex", 0, 8)}…, without the name that the JSON has`;
  },
};
