// The steps of `--check`. Each builds on the steps before it, asserts, and returns a summary of the results.
import assert from "node:assert/strict";
import { WRITES } from "../actions/writes.js";

const PARALLEL = 51;

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @type {Record<string, (visitor: Visitor) => Promise<string>>} */
export const steps = {
  "visits are counted, on all servers": async (visitor) => {
    const views = await visitor.visitEachServer();
    const counts = views.map(({ visits, here }) => `${visits} by ${here}`);
    assert.deepEqual(counts, ["1 by Express", "2 by Koa", "3 by node:http"]);
    assert.equal(new Set(views.map((view) => view.session)).size, 1, "more than one session");
    return `${counts.join(", ")} in one session`;
  },

  "the page shows the stored data": async (visitor) => {
    const { visits, stored } = await visitor.visit();
    assert.equal(JSON.parse(stored?.value ?? "{}").visits, visits);
    return `${stored?.key} contains visits ${visits}`;
  },

  "the basket keeps its items": async (visitor) => {
    await visitor.submit("/add", { item: "Tea" });
    await visitor.submit("/add", { item: "Honey" });
    const { basket } = await visitor.visit();
    assert.deepEqual(basket, { Tea: 1, Honey: 1 });
    return JSON.stringify(basket);
  },

  "a flash message is shown once, as text": async (visitor) => {
    await visitor.submit("/note", { text: "<b>Soon</b>" });
    const [first, second] = [await visitor.page(), await visitor.page()];
    assert.match(first, /&lt;b&gt;Soon&lt;\/b&gt;/);
    assert.doesNotMatch(first + second, /<b>Soon/);
    assert.doesNotMatch(second, /Soon/);
    return "on the next page, escaped, and not on the page after that";
  },

  "a form without its token is refused": async (visitor) => {
    const statuses = [
      await visitor.post("/add", { item: "Tea" }),
      await visitor.post("/add", { item: "Tea", csrf: "guessed" }),
      await visitor.post("/rotate", {}),
    ];
    assert.deepEqual(statuses, [403, 403, 403]);
    return statuses.join(", ");
  },

  "a login on one server counts on the others, under a new id": async (visitor) => {
    const before = await visitor.visit();
    const thief = visitor.copy();
    await visitor.submit("/login", { name: "Ada" });
    const views = await visitor.visitEachServer();
    for (const after of views) {
      assert.equal(after.user, "Ada", `not on ${after.here}`);
      assert.notEqual(after.session, before.session, "the id is the same");
      assert.notEqual(after.csrf, before.csrf, "the token is the same");
      assert.deepEqual(after.basket, before.basket);
    }
    for (const { refused, user, here } of await thief.showCookiesToEachServer())
      assert.deepEqual([refused, user], ["gone", undefined], `on ${here}`);
    const servers = views.map(({ here }) => here).join(", ");
    return `Ada on ${servers}; ${before.session} became ${views[0]?.session}; the old cookie is refused`;
  },

  [`${PARALLEL} parallel changes of one counter are all kept`]: async (visitor) => {
    const csrf = await visitor.token();
    const { basket: before } = await visitor.visit();
    const added = Array.from({ length: PARALLEL }, () =>
      visitor.post("/add", { item: "Tea", csrf }),
    );
    assert.deepEqual([...new Set(await Promise.all(added))], [303]);
    const { basket, messages } = await visitor.visit();
    assert.equal(basket["Tea"], (before["Tea"] ?? 0) + PARALLEL);
    assert.equal(messages.length, PARALLEL);
    return `${before["Tea"]} + ${PARALLEL} = ${basket["Tea"]}, and ${messages.length} flash messages`;
  },

  "two tabs that write at once over all servers lose nothing": async (visitor) => {
    const csrf = await visitor.token();
    const writes = Array.from({ length: WRITES }, (_, n) =>
      ["one", "two"].map((tab) => visitor.post("/write", { tab, n: `${n}`, csrf })),
    );
    assert.deepEqual([...new Set(await Promise.all(writes.flat()))], [204]);
    const { presses } = await visitor.visit();
    assert.deepEqual(presses.map(({ tab, arrived }) => `${arrived} of ${tab}`).toSorted(), [
      `${WRITES} of one`,
      `${WRITES} of two`,
    ]);
    for (const { by } of presses) assert.equal(Object.keys(by).length, 3, "not over all servers");
    await visitor.submit("/clear");
    assert.deepEqual((await visitor.visit()).presses, []);
    return `${WRITES} of ${WRITES} of each, ${JSON.stringify(presses[0]?.by)} of the first`;
  },

  "the key is rotated while the servers run, and the login stays": async (visitor) => {
    const [old, away] = [(await visitor.visit()).key, visitor.copy()];
    const { browser } = visitor;
    const before = new Map(browser.cookies);
    await visitor.submit("/rotate");
    const first = await visitor.visit();
    assert.deepEqual(first.key, { came: old.signs, signs: old.signs + 1 });
    assert.notDeepEqual(browser.cookies, before, "the cookie was not sent again");
    for (const { key, user, session, here } of await visitor.visitEachServer()) {
      assert.deepEqual(key, { came: first.key.signs, signs: first.key.signs }, `on ${here}`);
      assert.deepEqual([user, session], ["Ada", first.session], `on ${here}`);
    }
    const later = await away.visit();
    assert.deepEqual([later.user, later.key.came], ["Ada", old.signs], "the old key is not kept");
    return `key ${first.key.signs} signs, the cookie of key ${old.signs} was sent again under the new key, Ada is still logged in`;
  },

  "a logout ends the session for every copy of its cookie": async (visitor) => {
    const copy = visitor.copy();
    await visitor.submit("/logout");
    assert.equal(visitor.browser.cookies.size, 0, "the cookie was not cleared");
    const stale = await allRefused(copy);
    await copy.submit("/restart");
    const { refused, user } = await copy.visit();
    assert.deepEqual([refused, user], [undefined, undefined], "a new session was not begun");
    const fresh = await visitor.visit();
    assert.deepEqual([fresh.user, fresh.visits, fresh.basket], [undefined, 1, {}]);
    return `the old cookie is refused (${stale}), the next visit is the first of a new session`;
  },

  "a logout everywhere ends all sessions of one user, and of no other": async (visitor) => {
    const [elsewhere, other] = [visitor.stranger(), visitor.stranger()];
    const logins = /** @type {const} */ ([
      [visitor, "Ada"],
      [elsewhere, "Ada"],
      [other, "Grace"],
    ]);
    for (const [each, name] of logins) {
      await each.visit();
      await each.submit("/login", { name });
      assert.equal((await each.visit()).user, name);
    }
    const copy = visitor.copy();
    await visitor.submit("/logout-everywhere");
    assert.equal(visitor.browser.cookies.size, 0, "the cookie was not cleared");
    const refused = [await allRefused(copy), await allRefused(elsewhere)];
    for (const { user, here } of await other.visitEachServer())
      assert.equal(user, "Grace", `on ${here}`);
    return `both of Ada's sessions are refused on every server (${refused.join(", ")}), Grace is still logged in`;
  },

  "a cookie that was tampered with is refused": async (visitor) => {
    await visitor.visit();
    const forger = visitor.copy();
    for (const [name, value] of forger.browser.cookies) {
      forger.browser.cookies.set(name, (value.startsWith("A") ? "B" : "A") + value.slice(1));
    }
    const { refused, visits } = await forger.visit();
    assert.ok(refused && refused !== "gone", "it was accepted");
    assert.equal(visits, 1);
    return `${refused}, and a new session instead`;
  },
};

/** Asserts that every server refuses this visitor's cookie because its session has ended. @param {Visitor} visitor */
async function allRefused(visitor) {
  const views = await visitor.showCookiesToEachServer();
  for (const { refused, user, visits, stored, here } of views)
    assert.deepEqual([refused, user, visits, stored], ["gone", undefined, 0, undefined], here);
  return views[0]?.refused;
}
