// Records for the tests of drop-in stores: seen through a second connection, encrypted, or with a save that fails.
import { randomUUID } from "node:crypto";
import { inject, onTestFinished } from "vitest";
import {
  createRecords,
  keysFromStrings,
  type OptionalStoreOption,
  type Records,
  StoreUnavailableError,
  withClock,
  withEncryptedValues,
  withKeyPrefix,
  withURL,
} from "../../packages/core/src/index.ts";
import { type Data, openRecords } from "../stores.ts";

/** Two connections to the same sessions: a test closes the first, and reads through the second. */
export async function openTwice(): Promise<[Records<Data>, Records<Data>]> {
  const options = [withURL(inject("redisUrl")), withKeyPrefix(`test_${randomUUID()}_`)];
  const both = await Promise.all([
    createRecords<Data>(...options),
    createRecords<Data>(...options),
  ]);
  onTestFinished(async () => void (await Promise.all(both.map((records) => records.close()))));
  return both;
}

/** Encrypted records; after `loseKeys` other keys are in use, and what was stored cannot be read. */
export async function openEncrypted(
  connection: OptionalStoreOption,
): Promise<{ records: Records<Data>; loseKeys: () => void }> {
  let keys = keysFromStrings("o".repeat(32));
  let now = Date.now() / 1000;
  const records = await openRecords(
    connection,
    withEncryptedValues({ keys: () => keys }),
    withClock(() => now),
  );
  const loseKeys = (): void => {
    keys = keysFromStrings("n".repeat(32));
    // The function for the keys is called once a minute.
    now += 61;
  };
  return { records, loseKeys };
}

type SessionRecord = ReturnType<Records<Data>["create"]>;

/** The first save of a record that was loaded or created fails as while Redis is away; later ones do not. */
export function failFirstSave(records: Records<Data>, of: "loaded" | "created" = "loaded"): void {
  let fails = true;
  const failing = (record: SessionRecord): SessionRecord => {
    const save = record.save.bind(record);
    record.save = async () => {
      if (!fails) return save();
      fails = false;
      throw new StoreUnavailableError("Redis is down.", { outcome: "none" });
    };
    return record;
  };
  if (of === "created") {
    const create = records.create.bind(records);
    records.create = (id) => failing(create(id));
  } else {
    const load = records.load.bind(records);
    records.load = async (id) => failing(await load(id));
  }
}
