// Links to the other servers keep the request's host, if it is valid, because cookies go by host.
import { describe, expect, it } from "vitest";
import { placesSeenFrom } from "../places.js";

const places = [
  { name: "Express", origin: "http://127.0.0.1:3000" },
  { name: "Koa", origin: "http://127.0.0.1:3001" },
];

function originsFor(host: string | undefined): string[] {
  return placesSeenFrom(places, host).map(({ origin }) => origin);
}

describe("placesSeenFrom", () => {
  it("keeps the host of the request", () => {
    const origins = ["http://localhost:3000", "http://localhost:3001"];
    expect(originsFor("localhost:3001")).toEqual(origins);
    expect(originsFor("localhost")).toEqual(origins);
  });

  it.for([
    undefined,
    "",
    "localhost; script-src *",
    "localhost script-src",
    "user@elsewhere:3000",
    'a"b:3000',
    "a\nb:3000",
    "localhost:3000/path",
  ])("ignores an invalid host: %j", (host) => {
    expect(originsFor(host)).toEqual(places.map(({ origin }) => origin));
  });
});
