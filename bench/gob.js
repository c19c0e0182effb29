// Compares the cost of the gob serializer with JSON, node:v8 and msgpackr, for sessions of three sizes, alternating.
import { availableParallelism, cpus, loadavg } from "node:os";
import { deserialize, serialize } from "node:v8";
import { jsonSerializer } from "@redistore/core";
import { gobSerializer } from "@redistore/gob";
import { pack, unpack } from "msgpackr";

const ROUNDS = 7;
const SECONDS = 0.15;

/** @typedef {Record<string, unknown>} Values */

/** @type {Record<string, Values>} */
const SESSIONS = {
  "small (100 B)": { user: "u-8123", views: 17, csrf: "Zm9vYmFyYmF6cXV4Zm9vYmFy", dark: true },
  "usual (1 KB)": usual(14),
  "large (64 KB)": { ...usual(14), rows: Array.from({ length: 380 }, (_, at) => row(at)) },
};

const gob = gobSerializer();

/** @type {Record<string, { encode: (values: Values) => Uint8Array, decode: (bytes: Uint8Array) => unknown }>} */
const FORMATS = {
  gob: {
    encode: (values) => /** @type {Uint8Array} */ (gob.serialize(values)),
    decode: (bytes) => gob.deserialize(bytes),
  },
  msgpackr: { encode: (values) => pack(values), decode: (bytes) => unpack(bytes) },
  JSON: {
    encode: (values) => Buffer.from(/** @type {string} */ (jsonSerializer.serialize(values))),
    decode: (bytes) => jsonSerializer.deserialize(bytes),
  },
  "node:v8": { encode: (values) => serialize(values), decode: (bytes) => deserialize(bytes) },
};

/** @param {number} items */
function usual(items) {
  return {
    user: { id: 8123, name: "Ada Lovelace", roles: ["editor", "billing"] },
    csrf: "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    views: 17,
    basket: Array.from({ length: items }, (_, at) => ({
      sku: `A-${1000 + at}`,
      count: at,
      price: at + 0.5,
    })),
  };
}

/** @param {number} at */
function row(at) {
  return {
    id: at,
    title: `row number ${at}`,
    note: "n".repeat(90),
    score: at / 3,
    open: at % 2 === 0,
  };
}

/** Microseconds of CPU for one call. @param {() => unknown} call */
function cost(call) {
  const end = performance.now() + SECONDS * 1000;
  const began = process.cpuUsage();
  let calls = 0;
  while (performance.now() < end) {
    for (let batch = 0; batch < 20; batch++) call();
    calls += 20;
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / calls;
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;
}

const load = loadavg()[0]?.toFixed(2);
console.log(
  `Node ${process.version}, ${cpus()[0]?.model.trim()} (${availableParallelism()} cores), load average before the run ${load}`,
);
for (const [size, values] of Object.entries(SESSIONS)) {
  /** @type {Record<string, { bytes: number, encode: number[], decode: number[] }>} */
  const results = {};
  // Round 0 warms up and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { encode, decode }] of Object.entries(FORMATS)) {
      const bytes = encode(values);
      const result = (results[name] ??= { bytes: bytes.length, encode: [], decode: [] });
      const [encoding, decoding] = [cost(() => encode(values)), cost(() => decode(bytes))];
      if (round > 0) result.encode.push(encoding);
      if (round > 0) result.decode.push(decoding);
    }
  }
  console.log(`\n${size}`.padEnd(18), "  bytes  encode µs  : msgpackr  decode µs  : msgpackr");
  for (const [name, { bytes, encode, decode }] of Object.entries(results)) {
    const peer = /** @type {typeof results[string]} */ (results["msgpackr"]);
    const [encoding, decoding] = [median(encode), median(decode)];
    console.log(
      name.padEnd(16),
      String(bytes).padStart(8),
      encoding.toFixed(2).padStart(10),
      (encoding / median(peer.encode)).toFixed(2).padStart(11),
      decoding.toFixed(2).padStart(10),
      (decoding / median(peer.decode)).toFixed(2).padStart(11),
    );
  }
}
