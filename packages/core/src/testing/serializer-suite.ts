// The contract of a serializer as tests: what every implementation of it has to pass.
import assert from "node:assert/strict";
import type { Serializer } from "../serializers/serializer.ts";
import type { TestRunner } from "./test-runner.ts";

/** Values that every format of sessions can hold. */
const COMMON: Readonly<Record<string, Record<string, unknown>>> = {
  nothing: {},
  text: {
    name: "Ada",
    empty: "",
    unicode: "ä 漢 \u{1F600}",
    control: "\u0000\n\u2028",
    "": "empty key",
  },
  numbers: { zero: 0, one: 1, negative: -5, fraction: 0.1, large: 2 ** 53 - 1 },
  truth: { yes: true, no: false },
};

/** Tests a serializer; `samples` are further values that its format can hold. */
export function serializerSuite(
  { describe, it }: TestRunner,
  name: string,
  serializer: Serializer,
  samples: Readonly<Record<string, Record<string, unknown>>> = {},
): void {
  const bytesOf = (values: Record<string, unknown>): Uint8Array => {
    const stored = serializer.serialize(values);
    return typeof stored === "string" ? Buffer.from(stored) : stored;
  };
  const read = (bytes: Uint8Array): object => serializer.deserialize(bytes);

  describe(`${name}: serializer`, () => {
    for (const [what, values] of Object.entries({ ...COMMON, ...samples })) {
      it(`gives back equal values: ${what}`, async () => {
        assert.deepEqual({ ...read(bytesOf(values)) }, values);
      });
    }

    it("writes what it read as it was, as long as nothing changed", async () => {
      for (const values of Object.values({ ...COMMON, ...samples })) {
        const first = read(bytesOf(values)) as Record<string, unknown>;
        assert.deepEqual({ ...read(bytesOf(first)) }, values);
      }
    });

    it("makes an object of its own each time", async () => {
      const bytes = bytesOf({ name: "Ada" });
      const first = read(bytes) as Record<string, unknown>;
      first.name = "Grace";
      first.more = true;
      assert.deepEqual({ ...read(bytes) }, { name: "Ada" });
    });

    it("reads bytes from the middle of a larger buffer", async () => {
      const bytes = bytesOf({ name: "Ada" });
      const larger = Buffer.concat([Buffer.alloc(13, 255), bytes, Buffer.alloc(13, 255)]);
      assert.deepEqual({ ...read(larger.subarray(13, 13 + bytes.length)) }, { name: "Ada" });
    });

    it("follows additions and deletions on the object it read", async () => {
      const values = read(bytesOf({ name: "Ada", views: 1 })) as Record<string, unknown>;
      delete values.views;
      values.more = "text";
      assert.deepEqual({ ...read(bytesOf(values)) }, { name: "Ada", more: "text" });
    });

    if (serializer.plainDataOnly) {
      it("has plainDataOnly, so it refuses or omits other properties of arrays, symbol keys and non-enumerable properties", async () => {
        const values = {
          list: Object.assign(["a"], { more: true }),
          symbol: { [Symbol("more")]: 1 },
          hidden: Object.defineProperty({}, "hidden", { value: 1 }),
        };
        const plain = { list: ["a"], symbol: {}, hidden: {} };
        for (const key of Object.keys(plain) as (keyof typeof plain)[]) {
          let bytes: Uint8Array;
          try {
            bytes = bytesOf({ [key]: values[key] });
          } catch {
            continue; // It refuses the value.
          }
          assert.deepEqual(bytes, bytesOf({ [key]: plain[key] }));
        }
      });
    }

    it("keeps keys that mean something to JavaScript as data, and no prototype changes", async () => {
      const values = Object.defineProperty({ constructor: "c", toString: "t" }, "__proto__", {
        value: "p",
        enumerable: true,
        configurable: true,
        writable: true,
      });
      const back = read(bytesOf(values));
      assert.deepEqual(
        Object.entries(back).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        [
          ["__proto__", "p"],
          ["constructor", "c"],
          ["toString", "t"],
        ],
      );
      assert.equal(({} as Record<string, unknown>).p, undefined);
    });

    it("throws on bytes that it cannot read, and is harmed by none", async () => {
      const whole = bytesOf({ name: "Ada", list: "x".repeat(50) });
      const broken = [
        Buffer.alloc(0),
        Buffer.from([0]),
        Buffer.alloc(64, 255),
        whole.subarray(0, whole.length - 3),
      ];
      for (const bytes of broken) assert.throws(() => read(bytes));
    });

    it("throws on a function, which no format can hold", async () => {
      assert.throws(() => bytesOf({ f: () => undefined }));
    });
  });
}
