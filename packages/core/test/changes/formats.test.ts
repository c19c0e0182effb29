// Records in formats with more types than JSON has.
import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/backends/deadline.ts";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { RecordFormat } from "../../src/changes/record-format.ts";
import type { Serializer } from "../../src/serializers/serializer.ts";
import { structuredSerializer } from "../../src/serializers/structured.ts";
import { makeRecords } from "../session/records/make-records.ts";
import { StoredSession } from "../session/records/stored-session.ts";

/**
 * JSON that knows whole numbers of two kinds, as Go does: `{"n":"int 1"}`. Which kind a key has is remembered for the object that was
 * read, and lost in any other.
 */
function kindsSerializer(): Serializer {
  const kinds = new WeakMap<object, Map<string, string>>();
  return {
    serialize(values) {
      const kept = kinds.get(values);
      return JSON.stringify(values, (key, value: unknown) =>
        typeof value === "number" ? `${kept?.get(key) ?? "float"} ${value}` : value,
      );
    },
    deserialize(bytes) {
      const kept = new Map<string, string>();
      const values = JSON.parse(Buffer.from(bytes).toString(), (key, value: unknown) => {
        const [, kind, number] = /^(int|float) (.+)$/.exec(String(value)) ?? [];
        if (kind === undefined) return value;
        kept.set(key, kind);
        return Number(number);
      }) as object;
      kinds.set(values, kept);
      return values;
    },
  };
}

/** A session of which these are the bytes. */
async function written(bytes: string | Uint8Array, serializer: Serializer): Promise<StoredSession> {
  const backend = new MemoryBackend();
  await backend.create("id", Buffer.from(bytes as string), 60, new Deadline(1));
  const format = new RecordFormat(serializer, 0);
  return new StoredSession(backend, makeRecords(backend, {}, { format }), "id");
}

/** Another program, which knows the kinds, adds a key. */
async function addWholeNumber({ backend, id }: StoredSession): Promise<void> {
  const record = Buffer.from('{"n":"int 1","f":"float 2","m":"int 3"}');
  await backend.replace(id, undefined, record, 60, new Deadline(1));
}

describe("kinds that only the format knows", () => {
  it.each<[string, (session: StoredSession) => Promise<unknown>]>([
    [
      "a save",
      async (session) => {
        const record = await session.load();
        await addWholeNumber(session);
        record.values["b"] = "text";
        await record.save();
        record.values["c"] = "text";
        await record.save();
      },
    ],
    [
      "an update, and a save after it",
      async (session) => {
        const record = await session.load();
        await addWholeNumber(session);
        await record.update((values) => (values["b"] = "text"));
        record.values["c"] = "text";
        await record.save();
      },
    ],
    [
      "a save after a reload",
      async (session) => {
        const record = await session.load();
        await addWholeNumber(session);
        await record.reload();
        record.values["c"] = "text";
        await record.save();
      },
    ],
    [
      "a merge with another request",
      async (session) => {
        const [one, two] = [await session.load(), await session.load()];
        await addWholeNumber(session);
        one.values["b"] = "text";
        two.values["c"] = "text";
        await one.save();
        await two.save();
      },
    ],
  ])("are kept for the keys that no request changed: %s", async (_, change) => {
    const session = await written('{"n":"int 1","f":"float 2"}', kindsSerializer());
    await change(session);
    expect(await session.stored()).toMatchObject({
      n: "int 1",
      f: "float 2",
      m: "int 3",
      c: "text",
    });
  });
});

describe("values that JSON cannot represent", () => {
  it("are merged by key as all others", async () => {
    const session = await written(
      structuredSerializer.serialize({ at: new Date(0), tags: new Set(["a"]) }),
      structuredSerializer,
    );
    const [one, two] = [await session.load(), await session.load()];
    one.values["nothing"] = undefined;
    (one.values["tags"] as Set<string>).add("b");
    two.values["at"] = new Date(1);
    two.values["large"] = 1n;
    await two.save();
    await one.save();
    expect((await session.load()).values).toEqual({
      at: new Date(1),
      tags: new Set(["a", "b"]),
      large: 1n,
      nothing: undefined,
    });
    expect("nothing" in (await session.load()).values).toBe(true);
  });

  it("are found changed where they were changed in place, bytes too", async () => {
    const session = await written(
      structuredSerializer.serialize({ bytes: new Uint8Array([1]), map: new Map([["a", [1]]]) }),
      structuredSerializer,
    );
    const record = await session.load();
    expect(record.changed).toBe(false);
    (record.values["bytes"] as Uint8Array)[0] = 9;
    expect(record.changed).toBe(true);
    await record.save();
    (record.values["map"] as Map<string, number[]>).get("a")?.push(2);
    expect(record.changed).toBe(true);
    await record.save();
    expect((await session.load()).values).toEqual({
      bytes: new Uint8Array([9]),
      map: new Map([["a", [1, 2]]]),
    });
  });
});
