// Two copies of the package in one process, as if one part of an application imports it and another one requires it.
import { describe, expect, it, vi } from "vitest";
import * as one from "../src/index.ts";

vi.resetModules();
const other = await import("../src/index.ts");

describe("a second copy of the package", () => {
  it("is a copy", () => {
    expect(other.goValue).not.toBe(one.goValue);
  });

  it("makes values that the first one writes", () => {
    const serializer = one.gobSerializer();
    const values = {
      level: other.goValue("int32", 5),
      phase: new other.Complex(1, 2),
      start: other.goTime({ seconds: 1, nanoseconds: 5 }),
    };
    const { level, phase, start } = serializer.deserialize(serializer.serialize(values)) as {
      level: unknown;
      phase: unknown;
      start: Date;
    };
    expect(level).toBe(5);
    expect(phase).toEqual(new one.Complex(1, 2));
    expect(one.goTimeOf(start).nanoseconds).toBe(5);
  });

  it("keeps the types of what the first one read", () => {
    const bytes = one.gobSerializer().serialize({ level: one.goValue("int32", 5) });
    const values = one.gobSerializer().deserialize(bytes);
    expect(other.gobSerializer().serialize(values)).toEqual(bytes);
  });

  it("makes registries that the first one uses", () => {
    const registry = new other.GobRegistry()
      .defineStruct("main.User", { Name: "string", Since: "time.Time", Tags: "[]interface {}" })
      .register("main.User");
    const serializer = one.gobSerializer({ registry });
    const user = { Name: "ada", Since: new Date(5), Tags: [1, "a"] };
    const bytes = serializer.serialize({ user: one.goValue("main.User", user) });
    expect(serializer.deserialize(bytes)).toEqual({ user });
  });
});
