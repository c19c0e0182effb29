// Two programs with different versions of a struct, or with types that only one of them knows, do not lose each other's data.
import { describe, expect, it } from "vitest";
import { GobRegistry, goTypeAt, goTypeOf, goValue, gobSerializer } from "../src/index.ts";

type Values = Record<string, unknown>;

const newer = new GobRegistry()
  .defineStruct("main.User", {
    Id: "int32",
    Name: "string",
    Plan: "main.Plan",
    Past: "[1]map[int]main.Plan",
    Boss: "*main.User",
  })
  .defineStruct("main.Plan", { Code: "string", Seats: "uint8", Extra: "interface{}" })
  .defineType("main.Level", "int8")
  .registerName("shop.Level", "main.Level")
  .register("*main.User")
  .register("[]main.User")
  .register("map[string]main.Plan");
const older = new GobRegistry()
  .defineStruct("main.User", {
    Name: "string",
    Email: "string",
    Plan: "main.Plan",
    Past: "[1]map[int]main.Plan",
    Boss: "*main.User",
  })
  .defineStruct("main.Plan", { Code: "string" })
  .register("*main.User")
  .register("[]main.User")
  .register("map[string]main.Plan");

const write = (registry: GobRegistry, values: Values): Buffer =>
  gobSerializer({ registry }).serialize(values) as Buffer;
const read = (registry: GobRegistry, bytes: Buffer): Values =>
  gobSerializer({ registry, strict: true }).deserialize(bytes) as Values;

const ann = {
  Id: 7,
  Name: "Ann",
  Plan: { Code: "pro", Seats: 5, Extra: goValue("int64", 1) },
  Past: [new Map([[2020, { Code: "old", Seats: 2 }]])],
  Boss: { Name: "Bob" },
};
const stored = write(newer, {
  user: goValue("*main.User", ann),
  users: goValue("[]main.User", [ann, {}]),
  plans: goValue("map[string]main.Plan", { a: { Code: "x", Seats: 1 } }),
});

describe("fields that only the writer has", () => {
  it("can be read, and are written back in their place", () => {
    const values = read(older, stored);
    expect(values["user"]).toMatchObject({
      Id: 7,
      Name: "Ann",
      Plan: { Code: "pro", Seats: 5, Extra: 1 },
      Boss: { Name: "Bob" },
    });
    expect(goTypeOf(values["user"])?.text).toBe("*main.User");
  });

  it("are written back to the byte if the reader has no other fields", () => {
    const narrow = new GobRegistry()
      .defineStruct("main.User", {
        Boss: "*main.User",
        Past: "[1]map[int]main.Plan",
        Plan: "main.Plan",
      })
      .defineStruct("main.Plan", { Code: "string" })
      .register("*main.User")
      .register("[]main.User")
      .register("map[string]main.Plan");
    expect(write(narrow, read(narrow, stored))).toEqual(stored);
  });

  it("stay when other fields change", () => {
    const values = read(older, stored) as {
      user: { Name: string };
      users: Values[];
      plans: Values;
    };
    values.user.Name = "Anna";
    values.users.pop();
    values.plans["b"] = { Code: "y" };
    const again = read(newer, write(older, values)) as {
      user: Values;
      users: Values[];
      plans: Values;
    };
    expect(again.user).toMatchObject({
      Id: 7,
      Name: "Anna",
      Plan: { Code: "pro", Seats: 5, Extra: 1 },
      Boss: { Id: 0, Name: "Bob", Plan: { Code: "", Seats: 0, Extra: null }, Boss: null },
    });
    expect(again.users).toHaveLength(1);
    expect(again.plans).toMatchObject({
      a: { Code: "x", Seats: 1, Extra: null },
      b: { Code: "y", Seats: 0, Extra: null },
    });
    expect(goTypeAt(again.user["Plan"] as object, "Extra")?.text).toBe("int64");
  });
});

describe("fields that only the reader has", () => {
  it("are zero, and written when they are set", () => {
    const values = read(older, stored) as { user: { Email: string } };
    expect(values.user.Email).toBe("");
    values.user.Email = "ann@example.com";
    expect((read(older, write(older, values)) as { user: object }).user).toMatchObject({
      Id: 7,
      Email: "ann@example.com",
    });
  });

  it("are set to zero in inner structs too", () => {
    const bytes = write(
      new GobRegistry().defineStruct("main.User", { Name: "string" }).register("*main.User"),
      {
        user: goValue("main.User", { Name: "Ann" }),
      },
    );
    expect(read(newer, bytes)["user"]).toEqual({
      Id: 0,
      Name: "Ann",
      Plan: { Code: "", Seats: 0, Extra: null },
      Past: [null],
      Boss: null,
    });
  });
});

describe('unregistered types, with unregistered: "keep"', () => {
  const keep = gobSerializer({ unregistered: "keep" });
  const session = write(newer, {
    user: goValue("*main.User", ann),
    level: goValue("main.Level", 3),
    users: goValue("[]main.User", [ann]),
    own: [1, { a: 2 }],
  });

  it("are read as plain values, and written back to the byte", () => {
    const values = keep.deserialize(session) as Values;
    expect(values).toMatchObject({
      level: 3,
      own: [1, { a: 2 }],
      user: { Id: 7, Plan: { Seats: 5, Extra: 1 } },
    });
    expect(goTypeOf(values["user"])?.text).toBe("*main.User");
    expect(goTypeAt(values, "level")?.text).toBe("shop.Level");
    expect(keep.serialize(values)).toEqual(session);
  });

  it("keep their types when they or other values change", () => {
    const values = keep.deserialize(session) as {
      user: { Name: string };
      level: number;
      added?: number;
    };
    values.user.Name = "Anna";
    values.level = 4;
    values.added = 1;
    const again = read(newer, keep.serialize(values) as Buffer);
    expect(again).toMatchObject({ level: 4, added: 1, user: { Id: 7, Name: "Anna" } });
    expect(goTypeAt(again, "level", newer)?.text).toBe("main.Level");
  });

  it("are an error without it", () => {
    expect(() => gobSerializer().deserialize(session)).toThrow(
      /"\*main.User" is not registered: .* \(at user, byte \d+\)/,
    );
  });
});
