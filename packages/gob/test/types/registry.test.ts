// The registry: how it names types, what it refuses, and types with a class or a codec.
import { describe, expect, it } from "vitest";
import {
  GobError,
  GobRegistry,
  decodeGob,
  encodeGob,
  goTypeAt,
  goTypeOf,
  goValue,
  gobSerializer,
} from "../../src/index.ts";

type Values = Record<string, unknown>;

/** The name that an interface value of this type is written under. */
const nameOf = (registry: GobRegistry, type: string, value: unknown): string => {
  const written = Buffer.from(
    gobSerializer({ registry }).serialize({ k: goValue(type, value) }) as Buffer,
  );
  const at = written.indexOf("k", 25) + 1;
  return written.toString("utf8", at + 1, at + 1 + (written[at] ?? 0));
};

describe("the name of a registered type", () => {
  const registry = new GobRegistry()
    .defineStruct("github.com/acme/model.User", { Name: "string" })
    .defineType("github.com/acme/model.Set[int]", "[]int")
    .defineStruct("main.Point", { X: "int" });

  it.each([
    ["github.com/acme/model.User", "github.com/acme/model.User", {}],
    ["[]github.com/acme/model.User", "[]model.User", [{}]],
    ["map[string]*github.com/acme/model.User", "map[string]*model.User", { a: {} }],
    ["github.com/acme/model.Set[int]", "github.com/acme/model.Set[int]", [1]],
    ["[2]map[interface {}][]byte", "[2]map[interface {}][]uint8", [new Map(), new Map()]],
    ["[]any", "[]interface {}", [1]],
    ["[]rune", "[]int32", [1]],
  ])("of %s is the one that gob.Register derives", (type, name, value) => {
    expect(nameOf(registry.register(type), type, value)).toBe(name);
  });

  it("of a pointer has only the last part of the import path, as in Go", () => {
    const pointers = new GobRegistry().defineStruct("github.com/acme/model.User", {
      Name: "string",
    });
    expect(
      nameOf(pointers.register("*github.com/acme/model.User"), "*github.com/acme/model.User", {}),
    ).toBe("*model.User");
    expect(nameOf(pointers, "github.com/acme/model.User", {})).toBe("*model.User");
  });

  it("is the one given to registerName", () => {
    expect(nameOf(registry.registerName("geo/p", "main.Point"), "main.Point", {})).toBe("geo/p");
  });
});

describe("a registry", () => {
  it("refuses two types under one name and two names for one type, which Go panics on", () => {
    const registry = new GobRegistry()
      .defineType("main.A", "int")
      .defineType("main.B", "int")
      .register("main.A");
    expect(() => registry.registerName("main.A", "main.B")).toThrow(
      /"main.A" is registered as main.A, not as main.B/,
    );
    expect(() => registry.registerName("other", "main.A")).toThrow(
      /main.A is registered as "main.A", not as "other"/,
    );
    expect(() => registry.registerName("", "main.B")).toThrow(/must not be empty/);
    expect(() => registry.register("main.A")).not.toThrow();
  });

  it.each<[string, (registry: GobRegistry) => unknown, RegExp]>([
    [
      "a name twice",
      (r) => r.defineType("main.A", "int").defineType("main.A", "int"),
      /already defined/,
    ],
    ["a basic type again", (r) => r.defineType("int", "string"), /"int" is already defined/],
    ["a type without a name", (r) => r.defineType("[]int", "int"), /is not the name of a Go type/],
    [
      "a field that is not exported",
      (r) => r.defineStruct("main.A", { name: "string" }),
      /main.A.name: Go sends only/,
    ],
    [
      "a type by one that is not defined",
      (r) => r.defineType("main.A", "main.B"),
      /"main.B" is not defined/,
    ],
    ["an incomplete type", (r) => r.register("map[string"), /expected "\]" after the key type/],
    ["a type with text after it", (r) => r.register("int]"), /expected the end at character 4/],
    [
      "a type by a struct",
      (r) => r.defineStruct("main.A", {}).defineType("main.B", "main.A"),
      /main.B: use defineStruct, as for main.A/,
    ],
  ])("refuses to define %s", (_what, define, reason) => {
    expect(() => define(new GobRegistry())).toThrow(reason);
  });

  it("refuses a struct that contains itself when it is first used", () => {
    const registry = new GobRegistry()
      .defineStruct("main.A", { B: "[2]main.B" })
      .defineStruct("main.B", { A: "main.A" });
    expect(() => encodeGob("main.A", {}, { registry })).toThrow(
      /contains a main\.[AB], which would be endless: make it a pointer/,
    );
  });

  it("accepts types in any order, and recursive ones behind a pointer, slice or map", () => {
    const registry = new GobRegistry()
      .defineStruct("main.Tree", { Left: "*main.Tree", Kids: "[]main.Tree", Leaf: "main.Leaf" })
      .defineStruct("main.Leaf", { N: "int" });
    const tree = {
      Left: { Left: null, Kids: [], Leaf: { N: 1 } },
      Kids: [{ Left: null, Kids: [], Leaf: { N: 2 } }],
      Leaf: { N: 0 },
    };
    expect(
      decodeGob("main.Tree", encodeGob("main.Tree", tree, { registry }), { registry }),
    ).toStrictEqual(tree);
  });
});

describe("a class", () => {
  class User {
    Name: string;
    constructor(name: string) {
      this.Name = name;
    }
    greet(): string {
      return `Hello, ${this.Name}`;
    }
  }
  const registry = new GobRegistry()
    .defineStruct("main.User", { Name: "string", Age: "int" }, { class: User })
    .register("*main.User");
  const serializer = gobSerializer({ registry });

  it("represents a struct when reading and writing", () => {
    const read = serializer.deserialize(
      serializer.serialize({ user: new User("Ann") }) as Buffer,
    ) as { user: User };
    expect(read.user).toBeInstanceOf(User);
    expect(read.user.greet()).toBe("Hello, Ann");
    expect(read.user).toMatchObject({ Name: "Ann", Age: 0 });
    expect(goTypeAt(read, "user", registry)?.text).toBe("*main.User");
  });

  it("does not represent its subclasses", () => {
    class Admin extends User {}
    expect(() => serializer.serialize({ user: new Admin("Bob") })).toThrow(
      /an instance of Admin: register its class/,
    );
  });
});

describe("a type that encodes itself", () => {
  const uuid = {
    decode: (bytes: Uint8Array): string => {
      if (bytes.length !== 16) throw new RangeError("not a UUID: wrong length");
      return Buffer.from(bytes).toString("hex");
    },
    encode: (text: string): Uint8Array => {
      if (!/^[0-9a-f]{32}$/.test(text)) throw new RangeError("not a UUID");
      return Buffer.from(text, "hex");
    },
  };
  const name = "github.com/google/uuid.UUID";
  const registry = new GobRegistry()
    .defineEncoder(name, { method: "binary", codec: uuid })
    .register(name);
  const serializer = gobSerializer({ registry });
  const id = "00112233445566778899aabbccddeeff";
  const session = (): Values =>
    serializer.deserialize(serializer.serialize({ id: goValue(name, id) }) as Buffer) as Values;

  it("is read as the result of its codec, and keeps its type", () => {
    expect(session()).toStrictEqual({ id });
    expect(goTypeAt(session(), "id", registry)?.text).toBe(name);
  });

  it("checks a new value at its key with the codec, and does not change the type", () => {
    const values = session();
    values["id"] = id.replace("00", "ff");
    expect(goTypeAt(values, "id", registry)?.text).toBe(name);
    values["id"] = "other";
    expect(() => serializer.serialize(values)).toThrow(/uuid.UUID: not a UUID \(at id\)/);
    values["id"] = 5;
    expect(goTypeAt(values, "id", registry)?.text).toBe("int");
  });

  it("is read as bytes without a codec", () => {
    const plain = gobSerializer({
      registry: new GobRegistry().defineEncoder(name, { method: "binary" }).register(name),
    });
    const values = plain.deserialize(serializer.serialize({ id: goValue(name, id) }) as Buffer) as {
      id: Uint8Array;
    };
    expect(Buffer.from(values.id).toString("hex")).toBe(id);
    expect(goTypeOf(values.id)?.text).toBe(name);
    expect(plain.serialize(values)).toEqual(serializer.serialize({ id: goValue(name, id) }));
  });

  it("may use gob in its codec", () => {
    const nested = {
      decode: (bytes: Uint8Array): object => decodeGob("map[string]int", bytes) as object,
      encode: (value: object): Uint8Array => encodeGob("map[string]int", value),
    };
    const own = new GobRegistry().defineEncoder("main.Own", { codec: nested }).register("main.Own");
    const values = { before: "b", own: goValue("main.Own", { a: 1, b: 2 }), after: "a" };
    const bytes = gobSerializer({ registry: own }).serialize(values) as Buffer;
    expect(gobSerializer({ registry: own, strict: true }).deserialize(bytes)).toStrictEqual({
      before: "b",
      own: { a: 1, b: 2 },
      after: "a",
    });
  });

  it("does not match one with another method", () => {
    const other = gobSerializer({ registry: new GobRegistry().defineEncoder(name).register(name) });
    expect(() =>
      other.deserialize(serializer.serialize({ id: goValue(name, id) }) as Buffer),
    ).toThrow(GobError);
  });
});
