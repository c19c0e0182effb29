// Replies of an unexpected form: an error, and never a missing session.
import { expect, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { RedisBackend } from "../../../src/backends/redis/redis-backend.ts";
import type { Transport, Reply } from "../../../src/backends/redis/transport/transport.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";

function replying(reply: Reply): RedisBackend {
  const transport: Transport = {
    address: "127.0.0.1:1",
    isCluster: false,
    resendCount: 0,
    send: async () => reply,
    masters: async () => [transport],
    close: async () => undefined,
  };
  return new RedisBackend(transport, { keyPrefix: "s_" });
}

const bytes = Buffer.from("{}");
const soon = () => new Deadline(1);
const SUCCESSOR = { kind: "login", to: "b", grace: 0, told: true, owned: false } as const;
const operations: Record<string, (backend: RedisBackend) => Promise<unknown>> = {
  get: (backend) => backend.get("id", soon()),
  getMany: (backend) => backend.getMany(["id", "other"], soon()),
  touch: (backend) => backend.touch("id", 1, soon()),
  create: (backend) => backend.create("id", bytes, 1, soon()),
  replace: (backend) => backend.replace("id", bytes, bytes, 1, soon()),
  retire: (backend) => backend.retire("id", bytes, SUCCESSOR, 1, soon()),
  delete: (backend) => backend.delete("id", SUCCESSOR, 1, soon()),
  ids: async (backend) => {
    for await (const id of backend.ids()) expect(id).toBeUndefined();
  },
};

const unexpected: [string, Reply][] = [
  ["get", 0],
  ["get", "OK"],
  ["get", null],
  ["get", [7, null]],
  ["getMany", 0],
  ["getMany", [null, null, 7, null]],
  ["getMany", [null, null]],
  ["touch", 0],
  ["create", 2],
  ["create", null],
  ["create", [null, null]],
  ["replace", null],
  ["replace", "OK"],
  ["replace", [null, null]],
  ["replace", [1, null]],
  ["retire", "OK"],
  ["delete", "OK"],
  ["ids", 0],
  ["ids", ["0", 0]],
];

it.each(unexpected)("%s refuses an unexpected reply: %j", async (name, reply) => {
  const outcome = operations[name]?.(replying(reply));
  await expect(outcome).rejects.toThrow(StoreUnavailableError);
  await expect(outcome).rejects.toMatchObject({ outcome: "unknown" });
  await expect(outcome).rejects.toThrow("127.0.0.1:1 sent an unexpected reply");
});
