// Prints what some steps cost in the Node that runs it: figures that decision 11 gives as its reasons.
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { cpus } from "node:os";

const ROUNDS = 9;
const collect =
  globalThis.gc ??
  (() => {
    throw new Error("Run it by `npx --yes pnpm bench:engine`: it needs options of Node.");
  });

/** @param {number[]} figures */
function median(figures) {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/**
 * @param {number} count few enough that no garbage is collected meanwhile
 * @param {() => unknown} run
 * @returns {Promise<number>} bytes that a run allocates
 */
async function allocated(count, run) {
  const figures = [];
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < count; at++) await run();
    figures.push((process.memoryUsage().heapUsed - before) / count);
  }
  return median(figures);
}

/**
 * @param {number} count
 * @param {() => object} make
 * @returns {number} bytes that stay for each object that `make` returns
 */
function kept(count, make) {
  const figures = [];
  /** @type {object[]} */
  const objects = Array.from({ length: count }, () => globalThis);
  for (let round = 0; round < ROUNDS; round++) {
    objects.fill(globalThis);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < count; at++) objects[at] = make();
    collect();
    figures.push((process.memoryUsage().heapUsed - before) / count);
  }
  return median(figures);
}

/**
 * @param {() => unknown} run
 * @returns {number} microseconds of CPU for a run
 */
function cost(run) {
  const figures = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let at = 0; at < 20_000; at++) run();
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / 20_000);
  }
  // Round 0 warms up and does not count.
  return median(figures.slice(1));
}

const DEPTH = 10;

/**
 * @param {number} depth
 * @returns {Promise<number>}
 */
async function nested(depth) {
  return depth === 0 ? 0 : (await nested(depth - 1)) + 1;
}

async function asyncFunction() {
  const [deep, flat] = [
    await allocated(2000, () => nested(DEPTH)),
    await allocated(2000, () => nested(0)),
  ];
  return (deep - flat) / DEPTH;
}

function response() {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  res.setHeader("Content-Type", "text/plain");
  return res;
}

const SHOWN = { get: () => true, configurable: true };

function covered() {
  return Object.defineProperty(response(), "writableEnded", SHOWN);
}

function uncovered() {
  const res = covered();
  Reflect.deleteProperty(res, "writableEnded");
  return res;
}

/** @param {ServerResponse} res */
function use(res) {
  return res.statusCode + Number(res.headersSent) + Number(res.finished) + Number(res.sendDate);
}

const secret = randomBytes(32);
const key = createSecretKey(secret);
/** @param {Buffer | import("node:crypto").KeyObject} by */
const sign = (by) => createHmac("sha256", by).update("a value of a cookie").digest();

console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}`);
console.log(`An async function: ${(await asyncFunction()).toFixed(0)} bytes a call`);
for (const [what, make] of /** @type {const} */ ([
  ["as Node made it", response],
  ["with a property defined", covered],
  ["with that property deleted", uncovered],
])) {
  const res = make();
  const reading = (cost(() => use(res)) * 1000).toFixed(0);
  console.log(
    `A response ${what}: ${kept(500, make).toFixed(0)} bytes, ${reading} ns to read four properties`,
  );
}
const [byKey, byBuffer] = [cost(() => sign(key)), cost(() => sign(secret))];
console.log(
  `createHmac: ${byKey.toFixed(1)} µs with a KeyObject, ${byBuffer.toFixed(1)} µs with a Buffer as key`,
);
