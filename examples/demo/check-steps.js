// What has to be seen of the demo, step by step: each builds on the ones before, and says what it saw.
import assert from "node:assert/strict";

const PARALLEL = 50;

/** @type {Record<string, (visitor: import("./visitor.js").Visitor) => Promise<string>>} */
export const steps = {
  "visits are counted": async (visitor) => {
    const views = [await visitor.look(), await visitor.look(), await visitor.look()];
    const counts = views.map((view) => view.visits);
    assert.deepEqual(counts, [1, 2, 3]);
    assert.equal(new Set(views.map((view) => view.session)).size, 1, "more than one session");
    return `${counts.join(", ")} in one session`;
  },

  "what is shown is what is stored": async (visitor) => {
    const { visits, stored } = await visitor.look();
    assert.equal(JSON.parse(stored?.value ?? "{}").visits, visits);
    return `${stored?.key} holds visits ${visits}`;
  },

  "the basket keeps what is put in": async (visitor) => {
    await visitor.submit("/add", { item: "Tea" });
    await visitor.submit("/add", { item: "Honey" });
    const { basket } = await visitor.look();
    assert.deepEqual(basket, { Tea: 1, Honey: 1 });
    return JSON.stringify(basket);
  },

  "a flash message is shown once, as text": async (visitor) => {
    await visitor.submit("/note", { text: "<b>Soon</b>" });
    const [first, second] = [await visitor.page(), await visitor.page()];
    assert.match(first, /&lt;b&gt;Soon&lt;\/b&gt;/);
    assert.doesNotMatch(first + second, /<b>Soon/);
    assert.doesNotMatch(second, /Soon/);
    return "on the next page, escaped, and not on the one after";
  },

  "a form without its token is refused": async (visitor) => {
    const statuses = [
      await visitor.post("/add", { item: "Tea" }),
      await visitor.post("/add", { item: "Tea", csrf: "guessed" }),
    ];
    assert.deepEqual(statuses, [403, 403]);
    return statuses.join(", ");
  },

  "a login changes the id and keeps the basket": async (visitor) => {
    const before = await visitor.look();
    const thief = visitor.copy();
    await visitor.submit("/login", { name: "Ada" });
    const after = await visitor.look();
    assert.equal(after.user, "Ada");
    assert.notEqual(after.session, before.session, "the id is the same");
    assert.notEqual(after.csrf, before.csrf, "the token is the same");
    assert.deepEqual(after.basket, before.basket);
    const stolen = await thief.look();
    assert.equal(stolen.refused, "gone");
    assert.equal(stolen.user, undefined);
    return `${before.session} became ${after.session}; the old cookie is refused (${stolen.refused})`;
  },

  [`${PARALLEL} parallel changes are all kept`]: async (visitor) => {
    const csrf = await visitor.token();
    const { basket: before } = await visitor.look();
    const added = Array.from({ length: PARALLEL }, () =>
      visitor.post("/add", { item: "Tea", csrf }),
    );
    assert.deepEqual([...new Set(await Promise.all(added))], [303]);
    const { basket, messages } = await visitor.look();
    assert.equal(basket["Tea"], (before["Tea"] ?? 0) + PARALLEL);
    assert.equal(messages.length, PARALLEL);
    return `${before["Tea"]} + ${PARALLEL} = ${basket["Tea"]}, and ${messages.length} flash messages`;
  },

  "a logout ends the session for every copy of its cookie": async (visitor) => {
    const copy = visitor.copy();
    await visitor.submit("/logout");
    assert.equal(visitor.browser.cookies.size, 0, "the cookie was not cleared");
    const stale = await copy.look();
    assert.equal(stale.refused, "gone");
    assert.deepEqual([stale.user, stale.visits, stale.stored], [undefined, 0, undefined]);
    const fresh = await visitor.look();
    assert.deepEqual([fresh.user, fresh.visits, fresh.basket], [undefined, 1, {}]);
    return `the old cookie is refused (${stale.refused}), the next visit is the first of a new session`;
  },

  "a cookie that was tampered with is refused": async (visitor) => {
    const forger = visitor.copy();
    for (const [name, value] of forger.browser.cookies) {
      forger.browser.cookies.set(name, (value.startsWith("A") ? "B" : "A") + value.slice(1));
    }
    const { refused, visits } = await forger.look();
    assert.ok(refused && refused !== "gone", "it was accepted");
    assert.equal(visits, 1);
    return `${refused}, and a new session instead`;
  },
};
