// The process of one subject: runs its server, counts the requests, and reports the CPU time that they took.
import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { handleCalls } from "./child.js";
import { loadSubject } from "./subject.js";

/**
 * @typedef {object} Snapshot
 * @property {number} requests since the start
 * @property {number} cpu user and system time of this process since its start, in microseconds
 * @property {number} time in microseconds, from any point in time
 */

let requests = 0;
const profiler = new Session();

/** @type {import("./subject.js").Opened | undefined} */
let opened;

handleCalls({
  /** @param {{ name: string, redisUrl: string }} which */
  async open({ name, redisUrl }) {
    const subject = await loadSubject(name);
    opened = await subject.open({ redisUrl, keyPrefix: `${name}_` });
    const { server } = opened;
    server.prependListener("request", () => void requests++);
    await new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve(undefined));
    });
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    return { port };
  },

  /** @returns {Promise<Snapshot>} */
  async snapshot() {
    const { user, system } = process.cpuUsage();
    return { requests, cpu: user + system, time: performance.now() * 1000 };
  },

  async startProfile() {
    profiler.connect();
    await profiler.post("Profiler.enable");
    // Microseconds.
    await profiler.post("Profiler.setSamplingInterval", { interval: 200 });
    await profiler.post("Profiler.start");
  },

  /** @param {{ path: string }} where */
  async stopProfile({ path }) {
    const { profile } = await profiler.post("Profiler.stop");
    profiler.disconnect();
    await writeFile(path, JSON.stringify(profile));
  },

  async close() {
    opened?.server.closeAllConnections();
    opened?.server.close();
    await opened?.close();
  },
});
