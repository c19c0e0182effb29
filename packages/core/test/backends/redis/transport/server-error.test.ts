// Which errors count as error replies, across versions of Redis and client libraries, and what is kept of them.
import { describe, expect, it } from "vitest";
import { asServerError } from "../../../../src/backends/redis/transport/server-error.ts";

describe("an error reply is recognized", () => {
  it.each([
    ["NOSCRIPT No matching script. Please use EVAL.", "NOSCRIPT"],
    ["ERR unknown command 'evalsha'", "ERR"],
    ["OOM", "OOM"],
    ["MOVED 3999 127.0.0.1:6381", "MOVED"],
    [
      "WRONGTYPE Operation against a key holding the wrong kind of value script: 3c0, on @user_script:2.",
      "WRONGTYPE",
    ],
    // Redis 6.2 puts the code after the position in the script.
    [
      "ERR Error running script (call to f_3c0): @user_script:2: WRONGTYPE Operation against a key",
      "WRONGTYPE",
    ],
    [
      "ERR Error running script (call to f_3c0): @user_script:7: @user_script: 7: -OOM command not allowed",
      "OOM",
    ],
    [
      "ERR Error running script (call to f_3c0): @user_script:2: user_script:2: attempt to index",
      "ERR",
    ],
    [
      "ERR The user executing the script can't run this command or subcommand script: 3c0, on @user_script:3.",
      "NOPERM",
    ],
  ])("by its code: %s", (message, code) => {
    expect(asServerError(new Error(message))?.code).toBe(code);
  });

  it.each([
    "Connection is closed.",
    "connect ECONNREFUSED 127.0.0.1:6379",
    "read ECONNRESET",
    "Socket closed unexpectedly",
    "The client is closed",
    "Command timed out",
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Reached the max retries per request limit (which is 20).",
    "",
  ])("unlike an error of a client library: %s", (message) => {
    expect(asServerError(new Error(message))).toBeUndefined();
  });

  it("unlike a value that is not an error", () => {
    expect(asServerError("ERR text")).toBeUndefined();
    expect(asServerError(undefined)).toBeUndefined();
  });
});

it("an error reply does not carry the arguments of the command, neither in its message nor in a property", () => {
  const raw = Object.assign(
    new Error("ERR unknown command 'evalsha', with args beginning with: 'sha' '2' 's_secret' "),
    {
      command: { name: "evalsha", args: ["s_secret"] },
    },
  );
  const error = asServerError(raw);
  expect(error?.message).toBe("ERR unknown command 'evalsha'");
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret");
});
