// time.Time as a Date, without loss.
import { describe, expect, it } from "vitest";
import { GobRegistry, decodeGob, encodeGob, goTime, goTimeOf } from "../../src/index.ts";

const registry = new GobRegistry().defineStruct("main.Visit", {
  At: "time.Time",
  End: "*time.Time",
});
const through = (date: Date): Date => decodeGob("time.Time", encodeGob("time.Time", date)) as Date;

describe("a Date", () => {
  it.each([
    "1970-01-01T00:00:00.000Z",
    "2023-11-14T22:13:20.123Z",
    "0001-01-01T00:00:00.000Z",
    "-271821-04-20T00:00:00.000Z",
  ])("is read as the same time in UTC: %s", (text) => {
    const read = through(new Date(text));
    expect(read).toStrictEqual(new Date(text));
    expect(goTimeOf(read).offset).toBeUndefined();
  });

  it.each([
    { seconds: 1_700_000_000n, nanoseconds: 123_456_789, offset: undefined },
    { seconds: -1n, nanoseconds: 1, offset: 0 },
    { seconds: 0n, nanoseconds: 0, offset: 32_400 },
    { seconds: 0n, nanoseconds: 0, offset: -18_000 },
    { seconds: 0n, nanoseconds: 0, offset: 34_215 },
    { seconds: 2n ** 62n, nanoseconds: 5, offset: undefined },
    { seconds: -(2n ** 62n), nanoseconds: 5, offset: 3600 },
  ])("keeps seconds, nanoseconds and offset: $seconds s, $nanoseconds ns, $offset", (time) => {
    const read = through(goTime(time));
    expect(goTimeOf(read)).toEqual(time);
    expect(encodeGob("time.Time", read)).toEqual(encodeGob("time.Time", goTime(time)));
  });

  it("has the milliseconds of the time, rounded down", () => {
    expect(goTime({ seconds: -1, nanoseconds: 999_999_999 }).getTime()).toBe(-1);
    expect(goTime({ seconds: 2n ** 60n }).getTime()).toBeNaN();
  });

  it("that was set is written as the time it was set to", () => {
    const date = goTime({ seconds: 5, nanoseconds: 7, offset: 3600 });
    date.setTime(1234);
    expect(goTimeOf(date)).toEqual({ seconds: 1n, nanoseconds: 234_000_000, offset: undefined });
  });
});

describe("a time in a struct", () => {
  it("is left out if it is zero, and read as Go's zero time", () => {
    const zero = new Date("0001-01-01T00:00:00Z");
    const bytes = encodeGob("main.Visit", { At: zero }, { registry });
    expect(bytes).toEqual(encodeGob("main.Visit", {}, { registry }));
    expect(decodeGob("main.Visit", bytes, { registry })).toStrictEqual({ At: zero, End: null });
  });

  it("is sent even if it is zero behind a pointer", () => {
    const zero = new Date("0001-01-01T00:00:00Z");
    const visit = { At: zero, End: zero };
    expect(
      decodeGob("main.Visit", encodeGob("main.Visit", visit, { registry }), { registry }),
    ).toStrictEqual(visit);
  });
});

describe("bytes that are not a time", () => {
  it.each([
    [
      "more than 999,999,999 nanoseconds",
      [1, 0, 0, 0, 14, 119, 145, 247, 0, 0x3b, 0x9a, 0xca, 0, 0xff, 0xff],
    ],
    ["an unknown version", [3, 0, 0, 0, 14, 119, 145, 247, 0, 0, 0, 0, 0, 0xff, 0xff]],
  ])("are refused: %s", (_what, content) => {
    const good = encodeGob("time.Time", new Date(0));
    const bad = Buffer.concat([good.subarray(0, good.length - 15), Buffer.from(content)]);
    expect(() => decodeGob("time.Time", bad)).toThrow(/gob: time.Time: /);
  });
});

describe("a time that Go cannot write", () => {
  it("is refused when it is made", () => {
    expect(() => goTime({ seconds: 0, offset: -60 })).toThrow(RangeError);
    expect(() => goTime({ seconds: 2n ** 63n })).toThrow(RangeError);
    expect(() => goTime({ seconds: 0, nanoseconds: 1e9 })).toThrow(RangeError);
  });
});
