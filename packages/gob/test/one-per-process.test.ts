// Two copies of the package in one process, as if one part of an application imports it and another one requires it.
import { describe, expect, it, vi } from "vitest";
import * as one from "../src/index.ts";

vi.resetModules();
const other = await import("../src/index.ts");

const write = (gob: typeof one, values: Record<string, unknown>, options = {}): Buffer =>
  Buffer.from(gob.gobSerializer(options).serialize(values));

describe("a second copy of the package", () => {
  it("is a copy", () => {
    expect(other.goValue).not.toBe(one.goValue);
  });

  it("makes values that the first one writes", () => {
    const values = {
      level: other.goValue("int32", 5),
      phase: new other.Complex(1, 2),
      start: other.goTime({ seconds: 1, nanoseconds: 5 }),
    };
    const read = one.gobSerializer().deserialize(write(one, values));
    expect(read).toMatchObject({ level: 5, phase: new one.Complex(1, 2) });
    expect(one.goTimeOf((read as typeof values).start).nanoseconds).toBe(5);
  });

  it("keeps the types of what the first one read", () => {
    const bytes = write(one, { level: one.goValue("int32", 5) });
    const values = one.gobSerializer().deserialize(bytes);
    expect(write(other, values as Record<string, unknown>)).toEqual(bytes);
  });

  it("makes registries that the first one uses", () => {
    const registry = new other.GobRegistry()
      .defineStruct("main.User", { Name: "string", Since: "time.Time", Tags: "[]interface {}" })
      .register("main.User");
    const user = { Name: "ada", Since: new Date(5), Tags: [1, "a"] };
    const bytes = write(one, { user: one.goValue("main.User", user) }, { registry });
    expect(one.gobSerializer({ registry }).deserialize(bytes)).toEqual({ user });
  });
});
