// What a snapshot says of values, and that it never says they are the same where they are not.
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { SEED } from "../codec/property-seed.ts";
import { Snapshot } from "../../src/changes/snapshot.ts";
import type { Values } from "../../src/changes/record-format.ts";

const metadata = {};
const compare = (values: Values, change: (values: Values) => void): string => {
  const snapshot = new Snapshot({ values, metadata });
  change(values);
  return snapshot.compare({ values, metadata });
};
class User {
  toJSON(): string {
    return "u";
  }
}
const sample = (): Values => ({ n: 1, text: "a", user: { roles: ["x", { y: null }] } });

describe("a snapshot", () => {
  it("says that untouched values are the same", () => {
    expect(compare(sample(), () => undefined)).toBe("same");
    expect(compare({}, () => undefined)).toBe("same");
  });

  it("says that they are the same again when a change was undone", () => {
    expect(compare(sample(), (values) => ((values["n"] = 2), (values["n"] = 1)))).toBe("same");
  });

  it.each<[string, (values: Values) => void]>([
    ["a number", (values) => (values["n"] = 2)],
    ["the sign of a zero", (values) => (values["n"] = -0)],
    ["a text for a number", (values) => (values["n"] = "1")],
    ["null for a text", (values) => (values["text"] = null)],
    ["deep inside", (values) => Object.assign(Object(values["user"]).roles[1], { y: true })],
  ])("is certain of a change: %s", (_, change) => {
    expect(compare({ ...sample(), n: 0 }, change)).toBe("changed");
  });

  it.each<[string, (values: Values) => void]>([
    ["an added key", (values) => (values["more"] = 1)],
    ["a deleted key", (values) => delete values["n"]],
    ["a key in another place", (values) => (delete values["n"], (values["n"] = 1))],
    ["undefined", (values) => (values["n"] = undefined)],
    ["an equal object", (values) => (values["user"] = sample()["user"])],
    ["an element", (values) => Object(values["user"]).roles.push("z")],
    ["a toJSON", (values) => (Object(values["user"]).toJSON = () => "u")],
    ["a class", (values) => Object.setPrototypeOf(values["user"], User.prototype)],
    ["a cycle", (values) => (values["self"] = values)],
  ])("leaves it open what other changes mean: %s", (_, change) => {
    expect(compare(sample(), change)).toBe("unknown");
  });

  it.each([
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["an object of a class (a URL)", new URL("http://127.0.0.1")],
    ["an object with a toJSON", { toJSON: () => 1 }],
    ["an array with a toJSON", Object.assign([1], { toJSON: () => 1 })],
    ["a function", () => 1],
  ])("knows nothing of values with %s in them", (_, value) => {
    expect(compare({ deep: [{ value }] }, () => undefined)).toBe("unknown");
  });

  it("knows nothing of what is nested too deep, such as a cycle", () => {
    const values: Values = {};
    values["self"] = values;
    expect(compare(values, () => undefined)).toBe("unknown");
  });

  it("knows nothing of values whose metadata are others", () => {
    const values = sample();
    const snapshot = new Snapshot({ values, metadata });
    expect(snapshot.compare({ values, metadata: { principal: "ada" } })).toBe("unknown");
  });

  it("never takes one JSON value for another", () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const said = compare({ key: before }, (changed) => (changed["key"] = after));
        expect(said).not.toBe(isDeepStrictEqual(before, after) ? "changed" : "same");
      }),
      SEED,
    );
  });

  it("sees every change of a leaf in place", () => {
    const values = fc.dictionary(fc.string(), fc.array(fc.jsonValue()), {
      minKeys: 1,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(values, fc.nat(), fc.jsonValue(), (session, pick, value) => {
        const before = structuredClone(session);
        const said = compare(session, () => {
          const lists = Object.values(session);
          const list = lists[pick % lists.length] as unknown[];
          list[pick % (list.length + 1)] = value;
        });
        expect(said).not.toBe(isDeepStrictEqual(session, before) ? "changed" : "same");
      }),
      SEED,
    );
  });
});
