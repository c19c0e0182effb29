// Links to the other servers lead to where the session's cookie goes, whatever the request says of its host.
import { describe, expect, it } from "vitest";
import { placesSeenFrom } from "../places.js";

const places = [
  { name: "Express", origin: "http://127.0.0.1:3000" },
  { name: "Koa", origin: "http://127.0.0.1:3001" },
];

function originsFor(host: string | undefined): string[] {
  return placesSeenFrom(places, host).map(({ origin }) => origin);
}

describe("the places of the servers", () => {
  it("keep the host by which the page was reached, for cookies do", () => {
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
  ])("stay where they are for a host that is none: %j", (host) => {
    expect(originsFor(host)).toEqual(places.map(({ origin }) => origin));
  });
});
