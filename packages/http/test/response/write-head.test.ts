// The forms in which writeHead takes header fields.
import { ServerResponse, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { headFields, setFields } from "../../src/response/write-head.ts";
import type { NodeResponse } from "../../src/response/message.ts";

describe("headFields", () => {
  const fields = [
    ["A", "1"],
    ["Set-Cookie", "b=2"],
    ["set-cookie", "c=3"],
  ];

  it.each([
    ["pairs", fields],
    ["names and values in turn", fields.flat()],
  ])("reads %s, duplicates too", (_what, given) => {
    expect(headFields(given)).toEqual(fields);
  });

  it("reads an object", () => {
    expect(headFields({ A: "1", "Set-Cookie": ["b=2", "c=3"] })).toEqual([
      ["A", "1"],
      ["Set-Cookie", ["b=2", "c=3"]],
    ]);
  });

  it("reads undefined, null and an empty list as no fields", () => {
    expect([headFields(undefined), headFields(null), headFields([])]).toEqual([[], [], []]);
  });

  it("returns undefined for a name without a value, which Node refuses", () => {
    expect(headFields(["A", "1", "B"])).toBeUndefined();
  });
});

describe("setFields", () => {
  it("replaces a field that was set before, and keeps duplicates together", () => {
    const res = new ServerResponse(new IncomingMessage(new Socket())) as unknown as NodeResponse;
    res.setHeader("link", "<a>");
    res.setHeader("x-kept", "1");
    setFields(res, [
      ["Link", "<b>"],
      ["X-Other", 5],
      ["link", ["<c>", "<d>"]],
    ]);
    expect(res.getHeader("link")).toEqual(["<b>", "<c>", "<d>"]);
    expect(res.getHeader("x-kept")).toBe("1");
    expect(res.getHeader("x-other")).toBe(5);
  });
});
