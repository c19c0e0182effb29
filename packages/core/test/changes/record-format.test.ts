// Bytes of records: the reserved key, the length limit, and bytes that others wrote.
import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/backends/deadline.ts";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { SerializationError, SessionTooLargeError } from "../../src/errors.ts";
import { RecordFormat } from "../../src/changes/record-format.ts";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { structuredSerializer } from "../../src/serializers/structured.ts";
import { makeRecords } from "../session/records/make-records.ts";
import { rejection } from "../session/records/steps.ts";
import { StoredSession, storeSession, type Values } from "../session/records/stored-session.ts";

/** A session with these bytes, which may come from another program. */
async function written(bytes: string | Uint8Array, maxLength = 0): Promise<StoredSession> {
  const backend = new MemoryBackend();
  await backend.create("id", Buffer.from(bytes as string), 60, new Deadline(1));
  const format = new RecordFormat(jsonSerializer, maxLength);
  return new StoredSession(backend, makeRecords(backend, {}, { format }), "id");
}

const readingBy = (deserialize: () => object): RecordFormat =>
  new RecordFormat({ serialize: () => "", deserialize }, 0);

function writeOneKey(values: Values): string {
  if (Object.keys(values).length > 1) throw new Error("one key at most");
  return JSON.stringify(values);
}

const large = (length: number): Values => ({ small: 1, large: "x".repeat(length) });

describe("values of a session", () => {
  it("have no prototype, so that no key of a request means anything else", async () => {
    const { records } = await written("{}");
    for (const { values } of [records.create(), await records.load("id")]) {
      expect(Object.getPrototypeOf(values)).toBeNull();
      expect("constructor" in values).toBe(false);
    }
  });

  it("are the same object for the life of the record", async () => {
    const session = await written('{"a":1}');
    const record = await session.load();
    const { values } = record;
    values["b"] = 2;
    await record.save();
    await record.update((newest) => (newest["c"] = 3));
    await record.regenerate();
    await record.reload();
    expect(record.values).toBe(values);
    expect(values).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("may not use the store's own key", async () => {
    const session = await written("{}");
    const record = await session.load();
    record.values["_redistore"] = "mine";
    const failure = await rejection(record.save());
    expect(failure).toBeInstanceOf(SerializationError);
    expect(failure).toMatchObject({ key: "_redistore" });
  });

  it("never show what the store keeps beside them", async () => {
    const session = await written('{"a":1,"_redistore":"{\\"principal\\":\\"ada\\"}"}');
    const record = await session.load();
    expect(record.values).toEqual({ a: 1 });
    expect(record.principal).toBe("ada");
  });
});

describe("what the store keeps in a record", () => {
  it.each([
    ["fields of a later version", '{"principal":"ada","later":{"x":1}}', "ada"],
    ["fields of a wrong type", '{"principal":1,"created":"x","maxAge":"y"}', undefined],
  ])("is read without %s", async (_, metadata, principal) => {
    const record = await (await written(JSON.stringify({ _redistore: metadata }))).load();
    expect(record.principal).toBe(principal);
    expect(record.maxAge).toBe(3600);
  });

  it.each(['{"_redistore":1}', '{"_redistore":"{"}', '{"_redistore":"null"}'])(
    "is refused where it is none: %s",
    async (bytes) => {
      expect(await rejection((await written(bytes)).load())).toBeInstanceOf(SerializationError);
    },
  );
});

describe("stored bytes that are no session", () => {
  it.each(["", "[]", "not json", "\u0000", '{"a":', "1"])("are reported: %j", async (bytes) => {
    const failure = (await rejection((await written(bytes)).load())) as SerializationError;
    expect(failure).toBeInstanceOf(SerializationError);
    expect(failure.message).toContain("withKeyPrefix");
    expect(failure.cause).toBeInstanceOf(Error);
  });

  it("are reported where a serializer gives something else for them, or throws anything", async () => {
    const nothing = readingBy(() => undefined as unknown as object);
    const rude = readingBy(() => {
      throw "no"; // oxlint-disable-line typescript/only-throw-error -- a serializer may do anything
    });
    expect(() => nothing.decode(Buffer.from("x"))).toThrow("returned no object");
    expect(() => rude.decode(Buffer.from("x"))).toThrow(/cannot be read \(no\)/);
  });
});

describe("a value that cannot be stored", () => {
  it("is named by the path of an error that has one, whatever its class", async () => {
    const cause = Object.assign(new Error("no kind of Go's"), { path: "cart.items[2]" });
    const format = new RecordFormat(
      {
        serialize: () => {
          throw cause;
        },
        deserialize: () => ({}),
      },
      0,
    );
    expect(() => format.encode({ cart: {} }, {})).toThrow(
      expect.objectContaining({ key: "cart.items[2]", cause }),
    );
  });

  it("is named by its path, and by its key where the serializer does not tell", async () => {
    const { records, backend } = await written("{}");
    const record = records.create();
    record.values["cart"] = { items: [1, new Map()] };
    expect(await rejection(record.save())).toMatchObject({
      key: "cart.items[1]",
      message: expect.stringContaining(
        '"cart.items[1]": JSON cannot hold an instance of Map',
      ) as string,
    });
    const format = new RecordFormat(structuredSerializer, 0);
    const structured = makeRecords(backend, {}, { format }).create();
    structured.values["good"] = 1;
    structured.values["bad"] = () => 1;
    expect(await rejection(structured.save())).toMatchObject({ key: "bad" });
  });

  it("is not named where no single one is to blame", async () => {
    const { backend } = await written("{}");
    const format = new RecordFormat({ ...jsonSerializer, serialize: writeOneKey }, 0);
    const record = makeRecords(backend, {}, { format }).create();
    Object.assign(record.values, { a: 1, b: 2 });
    expect(await rejection(record.save())).toMatchObject({
      key: undefined,
      message: expect.stringMatching(/^The session cannot be stored: one key at most\./) as string,
    });
  });

  it("fails that save alone: once it is gone the rest is stored", async () => {
    const session = await storeSession({ a: 1 });
    const record = await session.load();
    Object.assign(record.values, { good: 1, bad: 1n });
    expect(record.changed).toBe(true);
    await rejection(record.save());
    delete record.values["bad"];
    await record.save();
    expect(await session.stored()).toEqual({ a: 1, good: 1 });
  });
});

describe("the length limit", () => {
  it("is met to the byte, as in Go", async () => {
    const { records } = await written("{}", 40);
    const record = records.create();
    Object.assign(record.values, large(40 - '{"small":1,"large":""}'.length));
    expect(await record.save()).toBe(true);
    record.values["large"] += "x";
    const failure = await rejection(record.save());
    expect(failure).toBeInstanceOf(SessionTooLargeError);
    expect(failure).toMatchObject({
      key: "large",
      message: expect.stringMatching(/41 bytes, over the limit of 40; .*"large".*withMaxLength/),
    });
  });

  it("counts bytes, not characters", async () => {
    const record = (await written("{}", 20)).records.create();
    record.values["a"] = "漢字漢字漢";
    expect(await rejection(record.save())).toBeInstanceOf(SessionTooLargeError);
  });

  it("is no limit for new sessions alone: a merge that is too long fails and stores nothing", async () => {
    const session = await written('{"a":"123456789"}', 40);
    const [one, two] = [await session.load(), await session.load()];
    one.values["b"] = "123456789";
    two.values["c"] = "123456789";
    await one.save();
    expect(await rejection(two.save())).toBeInstanceOf(SessionTooLargeError);
    expect(await session.stored()).toEqual({ a: "123456789", b: "123456789" });
  });

  it("keeps no session from being read that another program stored, nor from getting shorter", async () => {
    const session = await written(JSON.stringify(large(100)), 50);
    const record = await session.load();
    expect(record.changed).toBe(false);
    expect(await record.save()).toBe(false);
    record.values["small"] = 2;
    expect(await rejection(record.save())).toBeInstanceOf(SessionTooLargeError);
    await record.update((values) => delete values["large"]);
    expect(await session.stored()).toEqual({ small: 2 });
  });
});
