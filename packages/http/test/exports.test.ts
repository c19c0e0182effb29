// The public surface: a name that comes or goes shows here.
import { expect, it } from "vitest";
import * as http from "../src/index.ts";
import * as testing from "../src/testing/index.ts";

it("exports what is documented, and nothing else", () => {
  expect(Object.keys(http).toSorted()).toEqual([
    "PendingOperations",
    "RequestState",
    "SessionFacade",
    "attach",
    "canSendCookies",
    "commitSessions",
    "getSession",
    "joinSession",
    "middlewareConfig",
    "readSession",
    "report",
    "saveSessions",
    "sessionObjects",
    "withSession",
    "withUpgrade",
  ]);
  expect(Object.keys(testing).toSorted()).toEqual([
    "Browser",
    "adapterSuite",
    "controlStore",
    "deferred",
    "listen",
  ]);
});
