// The memory backend: the contract, and how it lets go of what has ended.
import { describe, expect, it, vi } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { createMemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { ExpiringMap } from "../../../src/backends/memory/expiring-map.ts";
import { backendSuite } from "../../../src/testing/index.ts";

backendSuite({ describe, it }, "memory", async () => {
  let now = 1_700_000_000;
  return {
    backend: createMemoryBackend({ now: () => now }),
    elapse: async (seconds) => void (now += seconds),
  };
});

describe("memory: sweep", () => {
  it("drops what has ended, also if it is never asked for", () => {
    let now = 0;
    const map = new ExpiringMap<string>(() => now);
    map.set("short", "x", 10);
    map.set("long", "y", 1000);
    now = 20;
    map.sweep();
    expect(map.size).toBe(1);
    expect(map.get("long")).toBe("y");
  });

  it("goes through a large map in several sweeps, and misses none", () => {
    let now = 0;
    const map = new ExpiringMap<number>(() => now);
    for (let index = 0; index < 12_000; index++) map.set(`key${index}`, index, 10);
    now = 20;
    map.sweep();
    expect(map.size).toBeGreaterThan(0);
    for (let sweep = 0; sweep < 3; sweep++) map.sweep();
    expect(map.size).toBe(0);
  });

  it("runs by a timer only while there is something, and keeps no process alive", async () => {
    vi.useFakeTimers();
    try {
      const backend = createMemoryBackend({ now: () => Date.now() / 1000 });
      expect(vi.getTimerCount()).toBe(0);
      await backend.create("a", Buffer.from("x"), 10, new Deadline(1));
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(12_000);
      expect(vi.getTimerCount()).toBe(0);
      await backend.create("b", Buffer.from("x"), 10, new Deadline(1));
      await backend.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
