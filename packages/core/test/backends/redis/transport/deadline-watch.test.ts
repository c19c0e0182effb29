// One timer for many deadlines: each is observed, in any order.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Deadline } from "../../../../src/backends/deadline.ts";
import {
  DeadlineWatch,
  type Watched,
} from "../../../../src/backends/redis/transport/deadline-watch.ts";

let watch: DeadlineWatch;
let late: string[];
beforeEach(() => {
  vi.useFakeTimers();
  watch = new DeadlineWatch();
  late = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function add(name: string, seconds: number) {
  return watch.add(new Deadline(seconds), () => late.push(name));
}

/** One millisecond more: replies that have arrived are handled first. */
function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds + 1);
}

it("calls each late command back, in whatever order the deadlines were added", () => {
  add("third", 3);
  add("first", 1);
  add("second", 2);
  pass(1000);
  expect(late).toEqual(["first"]);
  pass(1000);
  expect(late).toEqual(["first", "second"]);
  pass(1000);
  expect(late).toEqual(["first", "second", "third"]);
  expect(watch.size).toBe(0);
});

it("does not call back a deleted command, and delete() tells that a late one was already removed", () => {
  const done = add("done", 1);
  const slow = add("slow", 1);
  expect(watch.delete(done)).toBe(true);
  pass(1000);
  expect(late).toEqual(["slow"]);
  expect(watch.delete(slow)).toBe(false);
});

it("accepts a new command during a callback", () => {
  watch.add(new Deadline(1), () => add("after", 1));
  pass(1000);
  expect(watch.size).toBe(1);
  pass(1000);
  expect(late).toEqual(["after"]);
});

it("lets a callback delete other late commands", () => {
  const others: Watched[] = [];
  const first = watch.add(new Deadline(1), () => {
    late.push("first");
    for (const other of others) watch.delete(other);
  });
  others.push(first, add("second", 1), add("third", 2));
  pass(1000);
  pass(1000);
  expect(late).toEqual(["first"]);
  expect(watch.size).toBe(0);
});

it("has at most one timer, and none when no command is left", () => {
  for (let index = 0; index < 100; index++) watch.delete(add("done", 1 + index / 100));
  add("waiting", 1.5);
  expect(vi.getTimerCount()).toBe(1);
  pass(2000);
  expect(late).toEqual(["waiting"]);
  expect(vi.getTimerCount()).toBe(0);
});
