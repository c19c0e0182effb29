// The ids that types are written under.
import { describe, expect, it } from "vitest";
import { GobRegistry, TypeIds, encodeGob, gobSerializer } from "../../src/index.ts";

const registry = new GobRegistry().defineStruct("main.User", { Name: "string" });

/** The first bytes of a session: the length of the definition, its id, its form, its first field. */
const start = (firstId?: number): string =>
  Buffer.from(gobSerializer(firstId ? { firstId } : {}).serialize({}) as Buffer).toString(
    "hex",
    0,
    4,
  );

describe("type ids", () => {
  it("begin at firstId", () => {
    expect(start()).toBe("0eff8104");
    expect(start(64)).toBe("0d7f0401");
    expect(() => new TypeIds(63)).toThrow(/must be a whole number from 64 to 2147483647/);
    expect(() => new TypeIds(64.5)).toThrow(TypeError);
  });

  it("do not depend on values written before", () => {
    const bytes = encodeGob("[]string", ["a"]);
    encodeGob("main.User", { Name: "Ann" }, { registry });
    expect(encodeGob("[]string", ["a"])).toEqual(bytes);
  });

  it("continue from one value to the next with shared TypeIds", () => {
    const typeIds = new TypeIds();
    const first = encodeGob("[]string", ["a"], { typeIds });
    expect(encodeGob("[]string", ["a"], { typeIds })).toEqual(first);
    const next = encodeGob("map[string]int", {}, { typeIds });
    expect(next).toEqual(encodeGob("map[string]int", {}, { firstId: 66 }));
  });
});
