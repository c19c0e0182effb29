// Operations run one at a time, whoever calls for them, and from where.
import { expect, it } from "vitest";
import { Deadline } from "../../src/backends/deadline.ts";
import { Turns } from "../../src/protocol/serial-queue.ts";
import { storeSession, type Values } from "../session/records/stored-session.ts";

const add = (values: Values, by: number): number => (values["n"] = Number(values["n"]) + by);

it("runs what is called while another operation begins behind it, and what is called then behind both", async () => {
  const turns = new Turns(() => new Deadline(60));
  const log: string[] = [];
  const run = (name: string, within?: () => void): Promise<void> =>
    turns.run(async () => {
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
  expect(turns.isBusy).toBe(false);
});

it("goes on after an operation that failed", async () => {
  const turns = new Turns(() => new Deadline(60));
  const failing = turns.run(() => Promise.reject(new Error("down")));
  const next = turns.run(async () => "done");
  await expect(failing).rejects.toThrow("down");
  expect(await next).toBe("done");
  expect(await turns.run(async () => "again")).toBe("again");
});

it("loses no write to a save that an update calls for", async () => {
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
