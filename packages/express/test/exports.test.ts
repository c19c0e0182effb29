import { expect, it } from "vitest";
import * as express from "../src/index.ts";

it("exports what the README names, and nothing else", () => {
  expect(Object.keys(express).toSorted()).toEqual(["getSession", "session"]);
});
