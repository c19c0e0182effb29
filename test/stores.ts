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

/** Session data for tests that do not test its type. */
export type Data = Record<string, unknown>;

export const KEYS: KeyPair[] = keysFromStrings("a-key-of-32-characters-for-tests");

/** The backends, for `describe.each`. */
export const backends = [
  ["memory", () => withMemory()],
  ["Redis", () => withURL(inject("redisUrl"))],
] as const;

/** An empty store in memory. */
export function memoryStore(): Promise<RediStore<Data>> {
  return createStore<Data>(KEYS, withMemory());
}

/** The options of an empty store in this Redis, by default the run's: it has a key prefix of its own. */
export function redisOptions(url = inject("redisUrl")): OptionalStoreOption[] {
  // A busy machine can be slow, so the deadline is long.
  return [withURL(url), withKeyPrefix(`test_${randomUUID()}_`), withOperationTimeout(20)];
}

/** An empty store in the run's Redis, with a key prefix of its own. */
export function redisStore<Values extends object = Data>(): Promise<RediStore<Values>> {
  return createStore<Values>(KEYS, ...redisOptions());
}

/** Empty records without a store; closed after the test. */
export async function openRecords<Values extends object = Data>(
  connection: OptionalStoreOption = withMemory(),
  ...options: OptionalStoreOption[]
): Promise<Records<Values>> {
  const prefix = withKeyPrefix(`test_${randomUUID()}_`);
  const records = await createRecords<Values>(connection, prefix, ...options);
  onTestFinished(() => records.close());
  return records;
}
