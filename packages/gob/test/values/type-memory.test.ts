// Values that were read keep their Go types when they are written back: by key, by element and by object.
import { describe, expect, it } from "vitest";
import { GobRegistry, goTypeAt, goValue, gobSerializer } from "../../src/index.ts";

type Values = Record<string, unknown>;

const registry = new GobRegistry()
  .defineStruct("main.User", { Name: "string", Age: "int", Any: "interface{}" })
  .defineType("main.Level", "int")
  .register("main.User")
  .register("main.Level")
  .register("map[string]int64");
const serializer = gobSerializer({ registry });
const strict = gobSerializer({ registry, strict: true });

/** Writes the values and reads them again. */
const through = (values: Values): Values =>
  strict.deserialize(serializer.serialize(values) as Buffer) as Values;
/** A session that Go wrote: every value has its type. */
const fromGo = (values: Values): Values => through(values);
const typesOf = (values: object): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.keys(values).map((key) => [key, goTypeAt(values, key, registry)?.text]),
  );

const session = (): Values =>
  fromGo({
    views: goValue("int64", 41),
    ratio: goValue("float64", 3),
    half: goValue("float32", 0.5),
    level: goValue("main.Level", 2),
    port: goValue("uint16", 80),
    tags: goValue("[]string", ["a", "b"]),
    counts: goValue("map[string]int64", { x: 1, y: 2n ** 62n }),
    user: goValue("main.User", { Name: "Ann", Any: goValue("int8", 5) }),
    list: [goValue("int64", 1), 1, goValue("float64", 1), "s"],
  });

describe("a session that was read", () => {
  it("has plain values", () => {
    expect(session()).toStrictEqual({
      views: 41,
      ratio: 3,
      half: 0.5,
      level: 2,
      port: 80,
      tags: ["a", "b"],
      counts: { x: 1, y: 2n ** 62n },
      user: { Name: "Ann", Age: 0, Any: 5 },
      list: [1, 1, 1, "s"],
    });
  });

  it("is written back to the byte if it is not changed", () => {
    const bytes = serializer.serialize(session());
    expect(serializer.serialize(serializer.deserialize(bytes as Buffer) as Values)).toEqual(bytes);
  });

  it("keeps its types when a key is added or deleted", () => {
    const values = session();
    values["added"] = 1;
    delete values["level"];
    expect(typesOf(through(values))).toEqual({
      ...typesOf(session()),
      added: "int",
      level: undefined,
    } satisfies object);
  });

  it("keeps the type of a key if the new value fits it", () => {
    const values = session();
    Object.assign(values, { views: 42, ratio: 4, half: 1, level: 3, port: 70_000 });
    expect(typesOf(through(values))).toMatchObject({
      views: "int64",
      ratio: "float64",
      half: "float32",
      level: "main.Level",
      port: "int",
    });
    Object.assign(values, { views: 1.5, ratio: "x", level: true });
    expect(typesOf(through(values))).toMatchObject({
      views: "float64",
      ratio: "string",
      level: "bool",
    });
  });

  it("keeps its types if it loses its prototype, and in objects copied to another session", () => {
    const values = session();
    Object.setPrototypeOf(values, null);
    expect(typesOf(through(values))).toEqual(typesOf(session()));
    const other = { copied: values["user"], also: values["counts"] };
    expect(typesOf(through(other))).toEqual({ copied: "main.User", also: "map[string]int64" });
  });

  it("keeps the types of a list's elements when they move", () => {
    const values = session();
    const list = values["list"] as unknown[];
    expect(typesOf(through(values)["list"] as object)).toEqual({
      0: "int64",
      1: "int",
      2: "float64",
      3: "string",
    });
    list.pop();
    list.push(2.5, 7);
    expect(typesOf(through(values)["list"] as object)).toEqual({
      0: "int64",
      1: "int",
      2: "float64",
      3: "float64",
      4: "int",
    });
    const moved = fromGo({ list: [goValue("int64", 5), goValue("uint8", 6)] });
    (moved["list"] as unknown[]).shift();
    expect(typesOf(through(moved)["list"] as object)).toEqual({ 0: "uint8" });
  });

  it("keeps the type of a key that is set to a changed copy, and the types inside it", () => {
    const values = session();
    values["user"] = { ...(values["user"] as object), Age: 42 };
    values["tags"] = [...(values["tags"] as string[]), "c"];
    values["counts"] = { ...(values["counts"] as object), z: 3 };
    values["list"] = [...(values["list"] as unknown[]), 7];
    expect(typesOf(values)).toEqual(typesOf(session()));
    const read = through(values);
    expect(typesOf(read)).toEqual(typesOf(session()));
    expect(typesOf(read["user"] as object)).toEqual({ Name: "string", Age: "int", Any: "int8" });
    expect(typesOf(read["list"] as object)).toMatchObject({
      0: "int64",
      1: "int",
      2: "float64",
      4: "int",
    });
  });

  it("keeps the types in changed copies of plain objects, also of frozen ones", () => {
    const values = fromGo({
      cart: { total: goValue("float64", 3), n: 1, inner: { at: goValue("int64", 1) } },
    });
    const cart = values["cart"] as { total: number; inner: object };
    values["cart"] = { ...cart, total: 4, inner: { ...cart.inner, more: 2 } };
    const read = through(values)["cart"] as { inner: object };
    expect(typesOf(read)).toMatchObject({ total: "float64", n: "int" });
    expect(typesOf(read.inner)).toEqual({ at: "int64", more: "int" });
    values["cart"] = Object.freeze({ ...cart, total: 5 });
    expect(typesOf(through(values)["cart"] as object)).toMatchObject({
      total: "float64",
      n: "int",
    });
  });

  it("keeps the own type of an object that moves to another key", () => {
    const values = session();
    values["tags"] = fromGo({ list: goValue("[]interface {}", ["x", 2.5]) })["list"];
    values["counts"] = values["user"];
    (values["tags"] as unknown[]).pop();
    expect(typesOf(through(values))).toMatchObject({ tags: "[]interface {}", counts: "main.User" });
  });

  it("changes the type of a key if the new value does not fit it", () => {
    const values = session();
    Object.assign(values, {
      user: { Name: "Ann", Other: 1 },
      tags: ["a", 1],
      counts: { x: 1.5 },
      list: { a: 1 },
    });
    expect(typesOf(through(values))).toMatchObject({
      user: "map[string]interface {}",
      tags: "[]interface {}",
      counts: "map[string]interface {}",
      list: "map[string]interface {}",
    });
  });

  it("keeps the type of a value that is changed in place", () => {
    const values = session();
    (values["user"] as { Age: number }).Age = 41;
    (values["tags"] as string[]).push("c");
    expect(through(values)).toMatchObject({
      user: { Name: "Ann", Age: 41 },
      tags: ["a", "b", "c"],
    });
    expect(typesOf(through(values))).toMatchObject({ user: "main.User", tags: "[]string" });
  });
});
