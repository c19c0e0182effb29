// Operations run one at a time, wherever they are called.
import { expect, it } from "vitest";
import { Deadline } from "../../src/backends/deadline.ts";
import { SerialQueue } from "../../src/protocol/serial-queue.ts";
import { storeSession, type Values } from "../session/records/stored-session.ts";

const add = (values: Values, by: number): number => (values["n"] = Number(values["n"]) + by);

it("runs an operation that is called while another starts after that one, and later calls after both", async () => {
  const queue = new SerialQueue(() => new Deadline(60));
  const log: string[] = [];
  const run = (name: string, within?: () => void): Promise<void> =>
    queue.run(async () => {
      log.push(`${name} begins`);
      within?.();
      await Promise.resolve();
      log.push(`${name} ends`);
    });
  const inner: Promise<void>[] = [];
  const outer = run("outer", () => inner.push(run("inner")));
  const last = run("last");
  expect(log).toEqual(["outer begins"]);
  await Promise.all([outer, ...inner, last]);
  const expected = ["outer", "inner", "last"].flatMap((name) => [`${name} begins`, `${name} ends`]);
  expect(log).toEqual(expected);
  expect(queue.isBusy).toBe(false);
});

it("continues after an operation that failed", async () => {
  const queue = new SerialQueue(() => new Deadline(60));
  const failing = queue.run(() => Promise.reject(new Error("down")));
  const next = queue.run(async () => "done");
  await expect(failing).rejects.toThrow("down");
  expect(await next).toBe("done");
  expect(await queue.run(async () => "again")).toBe("again");
});

it("loses no write to a save that is called within an update", async () => {
  const session = await storeSession({ n: 1 });
  const [mine, other] = [await session.load(), await session.loadElsewhere()];
  const saves: Promise<boolean>[] = [];
  mine.values["x"] = 1;
  await mine.update((values) => {
    add(values, 1);
    saves.push(mine.save());
  });
  await Promise.all(saves);
  await other.update((values) => add(values, 10));
  await mine.save();
  expect(await session.stored()).toEqual({ n: 12, x: 1 });
});
