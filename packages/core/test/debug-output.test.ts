// With DEBUG=ioredis:* the client library writes every command to stderr: what it writes contains no id, no data and no password.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type RedisServer, startRedis } from "../../../test/redis/server.ts";
import { keysFromStrings } from "../src/codec/keys.ts";
import { withURL } from "../src/options/connection-options.ts";
import { createStore } from "../src/session/create-store.ts";

/** What was written. Before the imports, because ioredis reads DEBUG when it is loaded. */
const written = vi.hoisted(() => {
  process.env["DEBUG"] = "ioredis:*";
  const texts: string[] = [];
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (text: string | Uint8Array, ...rest: []) => {
    const shown = String(text);
    if (!shown.includes("ioredis:")) return write(text, ...rest);
    texts.push(shown);
    return true;
  };
  return texts;
});

const PASSWORD = "canary-password-51f0";
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ args: ["--requirepass", PASSWORD] });
});
afterAll(() => redis.stop());

it("shows no id, no value and no password", async () => {
  const url = `redis://:${PASSWORD}@${redis.host}:${redis.port}`;
  const store = await createStore<{ token: string }>(
    keysFromStrings("a-key-of-32-characters-for-tests"),
    withURL(url),
  );
  const session = store.create();
  session.values.token = "canary-value-9ac3";
  const [cookie] = await store.save(session);
  const loaded = await store.load("session", cookie?.value);
  loaded.values.token = "canary-value-9ac4";
  await store.save(loaded);
  await store.regenerate(loaded);
  const { id } = loaded;
  await store.destroy(loaded);
  await store.close();

  expect(written.join("")).toContain("evalsha");
  const secrets = [session.id, id, "canary-value", PASSWORD];
  const hex = secrets.map((secret) =>
    Buffer.from(secret)
      .toString("hex")
      .replace(/..(?!$)/g, "$& "),
  );
  const leaks = written.filter((text) => [...secrets, ...hex].some((each) => text.includes(each)));
  expect(leaks).toEqual([]);
});
