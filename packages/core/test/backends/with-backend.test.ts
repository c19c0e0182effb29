// A backend of the application in place of a connection.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { ConfigError, StoreUnavailableError } from "../../src/errors.ts";
import { withMemory } from "../../src/options/connection-options.ts";
import { withConnectTimeout, withPassword } from "../../src/options/connection-details.ts";
import { createRecords } from "../../src/session/create-store.ts";
import { rejection } from "../session/records/steps.ts";

describe("withBackend", () => {
  it("stores sessions in the backend, and closes it with the store", async () => {
    const backend = new MemoryBackend();
    const records = await createRecords<Record<string, unknown>>(withBackend(backend));
    const record = records.create();
    record.values["a"] = 1;
    await record.save();
    const ids: string[] = [];
    for await (const id of backend.ids()) ids.push(id);
    expect(ids).toEqual([record.id]);
    await records.close();
    expect((await records.health()).ok).toBe(false);
  });

  it("names the methods that are missing", () => {
    expect(() => withBackend({ get: () => undefined } as never)).toThrow(ConfigError);
    expect(() => withBackend({ get: () => undefined } as never)).toThrow(
      /getMany, inspect, touch, roll, create/,
    );
    expect(() => withBackend(undefined as never)).toThrow(/get, getMany/);
  });

  it("is the one connection, and takes no options of one", async () => {
    const backend = new MemoryBackend();
    const both = rejection(createRecords(withBackend(backend), withMemory()));
    expect(await both).toMatchObject({ message: expect.stringMatching(/withBackend.*withMemory/) });
    const password = rejection(createRecords(withBackend(backend), withPassword("secret")));
    expect(await password).toMatchObject({
      message: expect.stringMatching(/withPassword has no effect with withBackend/),
    });
  });

  it("rejects at the start if the backend does not work", async () => {
    const backend = new MemoryBackend();
    await backend.close();
    const opening = createRecords(withBackend(backend), withConnectTimeout(0.2));
    expect(await rejection(opening)).toBeInstanceOf(StoreUnavailableError);
  });
});
