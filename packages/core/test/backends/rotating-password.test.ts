// A password that changes while the store is in use: the function that gives it is called for each new connection, of every kind.
import { expect, it, onTestFinished } from "vitest";
import { ask } from "../../../../test/redis/ask.mjs";
import {
  type RedisServer,
  startCluster,
  startRedis,
  startSentinel,
} from "../../../../test/redis/server.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { openBackend } from "../../src/backends/open-backend.ts";
import { withAuth } from "../../src/options/connection-details.ts";
import { withCluster, withSentinel, withURL } from "../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../src/options/option.ts";

interface Subject {
  /** Those that ask for the password. */
  readonly nodes: readonly RedisServer[];
  readonly connection: StoreOption;
  stop(): Promise<void>;
}

async function single(): Promise<Subject> {
  const server = await startRedis();
  return { nodes: [server], connection: withURL(server.url), stop: () => server.stop() };
}

async function cluster(): Promise<Subject> {
  const servers = await startCluster();
  const { nodes } = servers;
  const connection = withCluster(nodes.map(({ host, port }) => ({ host, port })));
  return { nodes, connection, stop: () => servers.stop() };
}

async function sentinel(): Promise<Subject> {
  const servers = await startSentinel();
  const { host, port } = servers.sentinel;
  const nodes = [servers.master, servers.replica];
  const connection = withSentinel([{ host, port }], servers.name);
  return { nodes, connection, stop: () => servers.stop() };
}

it.each([
  ["withURL", single],
  ["withCluster", cluster],
  ["withSentinel", sentinel],
])("is asked for again by the connections of %s", async (_option, start) => {
  const subject = await start();
  const { nodes, connection } = subject;
  onTestFinished(() => subject.stop());
  const askAll = (...args: [string, ...string[]]) =>
    Promise.all(nodes.map(({ port }) => ask(port, ...args)));
  let token = "first";
  await askAll("ACL", "SETUSER", "app", "on", `>${token}`, "~*", "+@all");
  const settings = collect([connection, withAuth("app", async () => token)]);
  const backend = await openBackend(settings, { keyPrefix: "session_", now: () => 0 });
  onTestFinished(() => backend.close());
  const create = (id: string) => backend.create(id, Buffer.from("record"), 100, new Deadline(20));
  // Ids of several slots, so that a cluster's nodes all have a connection.
  const ids = ["a", "b", "c", "d", "e", "f"];
  for (const id of ids) expect(await create(id)).toBe(true);

  token = "second";
  await askAll("ACL", "SETUSER", "app", "resetpass", `>${token}`);
  await askAll("CLIENT", "KILL", "USER", "app");
  // The first command may still be sent over the connection that was killed.
  for (const id of ids) expect(await create(`${id}2`).catch(() => create(`${id}3`))).toBe(true);
});
