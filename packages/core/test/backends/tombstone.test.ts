// The stored form of tombstones, and what unreadable text means.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatFlags,
  formatSuccessor,
  parseTombstone,
  type Successor,
} from "../../src/backends/tombstone.ts";
import { SEED } from "../codec/property-seed.ts";

const ending = fc.record({ told: fc.boolean(), owned: fc.boolean() });
const time = fc.integer({ min: 0, max: 4e12 }).map((milliseconds) => milliseconds / 1000);
const to = fc.string({ minLength: 1, unit: "binary" });
const successor: fc.Arbitrary<Successor> = fc
  .oneof(
    fc.record({ kind: fc.constant("login" as const), to, grace: fc.constant(0) }),
    fc.record({
      kind: fc.constant("renewed" as const),
      to,
      grace: fc.integer({ min: 0, max: 300 }),
    }),
  )
  .chain((parts) => ending.map((flags) => ({ ...parts, ...flags })));

describe("the stored form of a tombstone", () => {
  it("restores an end", () => {
    fc.assert(
      fc.property(ending, time, (flags, at) => {
        const text = `ended ${at} ${formatFlags(flags)}`;
        expect(parseTombstone(text)).toEqual({ kind: "ended", at, ...flags });
      }),
      SEED,
    );
  });

  it("restores a successor", () => {
    fc.assert(
      fc.property(successor, time, (next, at) => {
        const text = `${next.kind} ${at} ${formatSuccessor(next)}`;
        expect(parseTombstone(text)).toEqual({ ...next, at });
      }),
      SEED,
    );
  });

  it.each([
    ["ended 12.5 tp", { kind: "ended", at: 12.5, told: true, owned: true }],
    ["ended 12.5 -", { kind: "ended", at: 12.5, told: false, owned: false }],
    ["login 1 t B", { kind: "login", at: 1, told: true, owned: false, grace: 0, to: "B" }],
    ["renewed 1 p 60 B", { kind: "renewed", at: 1, told: false, owned: true, grace: 60, to: "B" }],
  ])("is %s", (text, tombstone) => {
    expect(parseTombstone(text)).toEqual(tombstone);
  });

  it.each(["", "dead", "to 0 B", "ended", "ended x t", "ended 1 q", "login 1 t", "renewed 1 t B"])(
    "counts as a session that its browser ended just now if it is unreadable: %j",
    (text) => {
      const ended = { kind: "ended", at: Infinity, told: true, owned: false };
      expect(parseTombstone(text)).toEqual(ended);
    },
  );
});
