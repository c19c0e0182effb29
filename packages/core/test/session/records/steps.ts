// Taking the steps of processes in a forced order.
import { expect } from "vitest";
import type { SteppingBackend, Fault } from "./stepping-backend.ts";

/** Resolves when everything that can run without a step has run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes the one step that `process` waits for, which has to be the named one. */
export async function take(process: SteppingBackend, name: string, fault?: Fault): Promise<void> {
  await settled();
  expect(process.pending.map((step) => step.name)).toEqual([name]);
  await process.pending[0]?.take(fault);
  await settled();
}

/** Takes steps in the order in which they come, until `running` is done; gives the names of them all. */
export async function finish(
  process: SteppingBackend,
  running: Promise<unknown>,
): Promise<readonly string[]> {
  const taken: string[] = [];
  const state = { done: false };
  const end = (): void => void (state.done = true);
  const ended = running.then(end, end); // How it ended is for the test to look at.
  for (await settled(); !state.done; await settled()) {
    const step = process.pending[0];
    expect(step, "a step to take").toBeDefined();
    taken.push(step?.name ?? "");
    await step?.take();
  }
  await ended;
  return taken;
}

/** What `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`It resolved with ${String(value)}.`);
    },
    (error: unknown) => error,
  );
}
