// The contract that every serializer keeps, and flashes.
import { createRecords, withMemory, withSerializer } from "@redistore/core";
import { serializerSuite } from "@redistore/core/testing";
import { describe, expect, it } from "vitest";
import { encodeGob, goTypeAt, goTypeOf, goValue, gobSerializer } from "../src/index.ts";

serializerSuite({ describe, it }, "gob", gobSerializer(), {
  nested: { list: [1, "two", { three: [null] }], object: { a: { b: true } } },
  dates: { at: new Date(1_700_000_000_123) },
  bytes: { raw: new Uint8Array([0, 255]) },
  numbers: { big: 2n ** 60n, fraction: -1e-7, infinite: -Infinity },
  maps: {
    map: new Map<unknown, unknown>([
      [1, "a"],
      ["b", { c: 1 }],
    ]),
  },
});

it("writes no record that withEncryptedValues takes for an encrypted one", () => {
  const values = [{}, { "": null }, { a: "\0rse1" }, { list: [1, { a: true }] }];
  for (const each of values) {
    expect((gobSerializer().serialize(each) as Uint8Array)[0]).not.toBe(0);
  }
});

describe("flashes", () => {
  // Written as by gorilla's AddFlash: an []interface{} at _flash.
  const fromGo = encodeGob(
    "map[interface {}]interface {}",
    new Map<unknown, unknown>([["_flash", ["Saved.", goValue("int64", 3)]]]),
  );

  it("of Go are read as a list, and written back as []interface {}", () => {
    const values = gobSerializer({ strict: true }).deserialize(fromGo) as Record<string, unknown>;
    expect(values).toStrictEqual({ _flash: ["Saved.", 3] });
    values["_flash"] = [...(values["_flash"] as unknown[]), "More."];
    const back = gobSerializer().deserialize(gobSerializer().serialize(values) as Buffer) as Record<
      string,
      object
    >;
    expect(goTypeOf(back["_flash"])?.text).toBe("[]interface {}");
    expect(goTypeAt(back["_flash"] as object, 1)?.text).toBe("int64");
  });

  it("are added and read by the store", async () => {
    const records = await createRecords(withMemory(), withSerializer(gobSerializer()));
    const session = records.create();
    session.addFlash({ text: "Saved." });
    session.addFlash("More.");
    await session.save();
    const again = await records.load(session.id);
    expect(again.flashes()).toEqual([{ text: "Saved." }, "More."]);
    await records.close();
  });
});
