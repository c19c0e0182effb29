// Keys from a function: when it is called, what a failure does, and that new keys drop the cache of verified cookies.
import { describe, expect, it } from "vitest";
import type { Codec } from "../../src/codec/codec.ts";
import { openKeyRing } from "../../src/codec/key-ring.ts";
import { keysFromStrings, type KeyPair } from "../../src/codec/keys.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { ConfigError } from "../../src/errors.ts";
import { NEW, OLD, Vault } from "./key-vault.ts";

/** Resolves when all promises that wait for no timer have settled. */
const settled = (): Promise<void> => new Promise(setImmediate);

const reads = (codec: Codec, keys: readonly KeyPair[]): boolean =>
  codec.decode("session", createCodec(keys).encode("session", "id")).rejected === undefined;

describe("fixed keys", () => {
  it("have one codec, with the options of the key ring", async () => {
    const ring = await openKeyRing(OLD, { codec: { maxLength: 10 }, onFailure: () => {} });
    expect(ring.current()).toBe(ring.latest());
    expect(() => ring.latest().encode("session", "id")).toThrow("over the maximum of 10");
  });

  it("are refused at the start if one cannot be used", async () => {
    const keys = [...OLD, { authentication: "a".repeat(32), encryption: "short" }];
    await expect(openKeyRing(keys, { onFailure: () => {} })).rejects.toThrow("pair 2 is 5 bytes");
  });
});

describe("keys from a function", () => {
  it("may be returned without a promise", async () => {
    const ring = await openKeyRing(() => OLD, { onFailure: () => {} });
    expect(reads(ring.latest(), OLD)).toBe(true);
  });

  it("are fetched at most once a minute, by one request for all", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    vault.pass(59.9, ring);
    expect(vault.calls).toHaveLength(1);
    vault.pass(0.1, ring);
    void ring.current();
    expect(vault.calls).toHaveLength(2);
    vault.pass(60, ring);
    expect(vault.calls).toHaveLength(2);
    vault.calls[1]?.resolve(OLD);
    await settled();
    void ring.current();
    expect(vault.calls).toHaveLength(3);
  });

  it("drop the cache of the cookies that older keys verified", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    const value = ring.latest().encode("session", "id");
    expect(ring.latest().decode("session", value).rejected).toBeUndefined();
    vault.pass(60, ring);
    vault.calls[1]?.resolve(NEW);
    await settled();
    expect(ring.latest().decode("session", value).rejected).toBe("tampered");
  });

  it("can change back", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    for (const keys of [NEW, OLD]) {
      vault.pass(60, ring);
      vault.calls.at(-1)?.resolve(keys);
      await settled();
      expect(reads(ring.latest(), keys)).toBe(true);
    }
  });

  it("keep their codec if they are the same again", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    const before = ring.latest();
    vault.pass(60, ring);
    vault.calls[1]?.resolve(keysFromStrings("o".repeat(32), "e".repeat(32)));
    await settled();
    expect(ring.latest()).toBe(before);
  });

  it("may be changed in place", async () => {
    const vault = new Vault();
    const keys = [{ authentication: Buffer.alloc(32, 1) }];
    const ring = await vault.opened(keys);
    keys[0]?.authentication.fill(2);
    vault.pass(60, ring);
    vault.calls[1]?.resolve(keys);
    await settled();
    expect(reads(ring.latest(), keys)).toBe(true);
  });

  it("are waited for, so that no cookie of a newer key is rejected", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    vault.seconds += 60;
    const [one, other] = [ring.current(), ring.current()];
    vault.calls[1]?.resolve(NEW);
    expect(reads(await one, NEW)).toBe(true);
    expect(await other).toBe(ring.latest());
    expect(vault.calls).toHaveLength(2);
    expect(ring.current()).toBe(ring.latest());
    expect([...vault.timers]).toEqual([]);
  });

  it("are waited for no longer than a second", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    const before = ring.latest();
    vault.seconds += 60;
    const waiting = ring.current();
    vault.timers.get(1)?.();
    expect(await waiting).toBe(before);
    expect(ring.current()).toBe(before);
    vault.calls[1]?.resolve(NEW);
    await settled();
    expect(reads(ring.latest(), NEW)).toBe(true);
  });
});

describe("a key function that fails", () => {
  const failings: [string, (vault: Vault) => void, string][] = [
    ["rejects", (vault) => vault.calls.at(-1)?.reject(new Error("vault sealed")), "failed"],
    ["hangs", (vault) => vault.timers.get(10)?.(), "none within 10 seconds"],
    [
      "returns keys that cannot be used",
      (vault) => vault.calls.at(-1)?.resolve([...NEW, { authentication: "" }]),
      "pair 2 of the function that returns the keys is empty",
    ],
  ];

  it.each(failings)("rejects the start of the store if it %s", async (_, fail, message) => {
    const vault = new Vault();
    const opening = vault.open();
    fail(vault);
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(message);
    expect([...vault.timers]).toEqual([]);
  });

  it.each(failings)(
    "keeps the last keys if it %s later, and is called again",
    async (_, fail, message) => {
      const vault = new Vault();
      const ring = await vault.opened();
      const before = ring.latest();
      vault.pass(60, ring);
      fail(vault);
      await settled();
      expect(ring.current()).toBe(before);
      expect(vault.failures.map((failure) => failure.message)).toEqual([
        expect.stringContaining(message),
      ]);
      expect(vault.calls).toHaveLength(2);
      vault.pass(60, ring);
      vault.calls[2]?.resolve(NEW);
      await settled();
      expect(reads(ring.latest(), NEW)).toBe(true);
      expect(vault.failures).toHaveLength(1);
    },
  );

  it("has its error as the cause, not in the message", async () => {
    const cause = new Error("cannot decrypt s3cret");
    const opening = openKeyRing(
      () => {
        throw cause;
      },
      { onFailure: () => {} },
    );
    await expect(opening).rejects.toMatchObject({ cause });
    await expect(opening).rejects.not.toThrow("s3cret");
  });

  it("is ignored if it returns too late", async () => {
    const vault = new Vault();
    const ring = await vault.opened();
    vault.pass(60, ring);
    vault.timers.get(10)?.();
    await settled();
    vault.calls[1]?.resolve(NEW);
    await settled();
    expect(reads(ring.latest(), OLD)).toBe(true);
  });
});
