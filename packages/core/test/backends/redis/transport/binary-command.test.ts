// The bytes of a command are those that ioredis would have sent.
import * as fc from "fast-check";
import { Command } from "ioredis";
import { expect, it } from "vitest";
import { SEED } from "../../../codec/property-seed.ts";
import { binaryCommand } from "../../../../src/backends/redis/transport/binary-command.ts";

it("sends the bytes that ioredis would have sent, whatever the arguments", () => {
  const text = fc.string({ unit: "binary" });
  const bytes = fc.uint8Array().map((array) => Buffer.from(array));
  fc.assert(
    fc.property(fc.array(fc.oneof(text, bytes)), (args) => {
      const theirs = Buffer.from(new Command("set", args).toWritable({}) as string);
      const ours = binaryCommand("set", args).toWritable({});
      expect(Buffer.from(ours as string, "latin1")).toEqual(theirs);
    }),
    SEED,
  );
});
