// What is added to a request of Express makes no hidden class of its own, and the request stays what it was.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { expect, it } from "vitest";
import { loosenShapes } from "../src/loose-shapes.ts";

const MAJOR = Number(process.versions.node.split(".", 1)[0]);

function pair() {
  const req = new IncomingMessage(new Socket());
  return { req, res: new ServerResponse(req) };
}

/** Whether V8 keeps the properties of an object in the form that a hidden class gives it. */
function hasHiddenClass(object: object): boolean {
  setFlagsFromString("--allow-natives-syntax");
  const ask = runInThisContext("(object) => %HasFastProperties(object)") as (o: object) => boolean;
  const answer = ask(object);
  setFlagsFromString("--no-allow-natives-syntax");
  return answer;
}

it("puts their properties into tables, where hidden classes are dear", () => {
  const { req, res } = pair();
  loosenShapes(req, res);
  expect([hasHiddenClass(req), hasHiddenClass(res)]).toEqual([MAJOR >= 24, MAJOR >= 24]);
});

it("leaves every property what it was", () => {
  const [{ req, res }, before] = [pair(), pair()];
  loosenShapes(req, res);
  expect(Object.getOwnPropertyDescriptor(req, "complete")).toEqual(
    Object.getOwnPropertyDescriptor(before.req, "complete"),
  );
  expect(Object.getOwnPropertyDescriptor(res, "sendDate")).toEqual(
    Object.getOwnPropertyDescriptor(before.res, "sendDate"),
  );
  expect(Object.keys(req).toSorted()).toEqual(Object.keys(before.req).toSorted());
  expect(Object.keys(res).toSorted()).toEqual(Object.keys(before.res).toSorted());
});

it("leaves alone what is no request of Node's", () => {
  const [req, res] = [{ url: "/" }, {}];
  loosenShapes(req, res);
  expect([req, res]).toEqual([{ url: "/" }, {}]);
});
