// Parsing what the nodes of a cluster say about slots.
import { describe, expect, it } from "vitest";
import {
  parseRedirection,
  parseSlots,
} from "../../../../../src/backends/redis/transport/cluster/slot-map.ts";

const ASKED = { host: "10.0.0.1", port: 7000 };
const node = (host: string | null, port: number) => [
  host === null ? null : Buffer.from(host),
  port,
  Buffer.from("id"),
];

const translate = (address: string) => (address === "a:1" ? { host: "other", port: 1 } : undefined);

describe("the reply to CLUSTER SLOTS", () => {
  it("assigns each slot to its master, never to a replica", () => {
    const map = parseSlots(
      [
        [0, 99, node("a", 1), node("replica", 9)],
        [100, 16_383, node("b", 2)],
      ],
      ASKED,
      undefined,
    );
    expect([0, 99, 100, 16_383].map((slot) => map.master(slot)?.host)).toEqual([
      "a",
      "a",
      "b",
      "b",
    ]);
    expect([...map.masters.keys()]).toEqual(["a:1", "b:2"]);
  });

  it("leaves a slot that no node serves unassigned", () => {
    const map = parseSlots([[0, 99, node("a", 1)]], ASKED, undefined);
    expect(map.master(100)).toBeUndefined();
  });

  it.each([[""], ["?"], [null]])(
    "uses the address that was asked if the node does not know its own: %j",
    (host) => {
      const map = parseSlots([[0, 16_383, node(host, 7001)]], ASKED, undefined);
      expect(map.master(0)).toEqual({ host: "10.0.0.1", port: 7001 });
    },
  );

  it("is translated by the natMap", () => {
    const natMap = { "a:1": { host: "localhost", port: 30_001 } };
    expect(parseSlots([[0, 1, node("a", 1)]], ASKED, natMap).master(0)).toEqual({
      host: "localhost",
      port: 30_001,
    });
    expect(parseSlots([[0, 1, node("a", 1)]], ASKED, translate).master(0)).toEqual({
      host: "other",
      port: 1,
    });
    expect(parseSlots([[0, 1, node("b", 2)]], ASKED, translate).master(0)).toEqual({
      host: "b",
      port: 2,
    });
  });
});

describe("a redirection", () => {
  it.each([
    ["MOVED 3999 127.0.0.1:6381", { slot: 3999, to: { host: "127.0.0.1", port: 6381 } }],
    ["ASK 3999 redis.internal:6381", { slot: 3999, to: { host: "redis.internal", port: 6381 } }],
    ["MOVED 3999 ::1:6381", { slot: 3999, to: { host: "::1", port: 6381 } }],
    ["MOVED 3999 :6381", { slot: 3999, to: { host: "10.0.0.1", port: 6381 } }],
  ])("%s", (message, expected) => {
    expect(parseRedirection(message, ASKED, undefined)).toEqual(expected);
  });

  it("is not found in other errors", () => {
    expect(parseRedirection("CLUSTERDOWN Hash slot not served", ASKED, undefined)).toBeUndefined();
    expect(parseRedirection("MOVED to nowhere", ASKED, undefined)).toBeUndefined();
  });
});
