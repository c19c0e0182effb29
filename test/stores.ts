// Stores and records for the tests of adapters and examples.
import { randomUUID } from "node:crypto";
import { inject, onTestFinished } from "vitest";
import {
  createRecords,
  createStore,
  type KeyPair,
  keysFromStrings,
  type OptionalStoreOption,
  type Records,
  type RediStore,
  withKeyPrefix,
  withMemory,
  withOperationTimeout,
  withURL,
} from "../packages/core/src/index.ts";

/** Of sessions whose type is not what is tested. */
export type Data = Record<string, unknown>;

export const KEYS: KeyPair[] = keysFromStrings("a-key-of-32-characters-for-tests");

/** Where sessions can be, for `describe.each`. */
export const backends = [
  ["memory", () => withMemory()],
  ["Redis", () => withURL(inject("redisUrl"))],
] as const;

/** A store in memory, empty. */
export function memoryStore(): Promise<RediStore<Data>> {
  return createStore<Data>(KEYS, withMemory());
}

/** A store in the run's Redis, empty, under keys of its own. */
export function redisStore<Values extends object = Data>(): Promise<RediStore<Values>> {
  return createStore<Values>(
    KEYS,
    withURL(inject("redisUrl")),
    withKeyPrefix(`test_${randomUUID()}_`),
    // What is tested is not how fast a busy machine is.
    withOperationTimeout(20),
  );
}

/** Records alone, empty, closed after the test. */
export async function openRecords<Values extends object = Data>(
  connection: OptionalStoreOption = withMemory(),
  ...options: OptionalStoreOption[]
): Promise<Records<Values>> {
  const prefix = withKeyPrefix(`test_${randomUUID()}_`);
  const records = await createRecords<Values>(connection, prefix, ...options);
  onTestFinished(() => records.close());
  return records;
}
