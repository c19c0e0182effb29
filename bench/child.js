// Calls between the processes of the bench, over Node's own channel: the parent calls by name, the child replies with a result.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** @typedef {{ id: number, name: string, argument: unknown }} Call */
/** @typedef {{ id: number, result?: unknown, error?: string }} Outcome */

/**
 * In a child: runs the handlers that its parent calls, and exits when the parent does.
 *
 * @param {Record<string, (argument: never) => Promise<unknown>>} handlers
 */
export function handleCalls(handlers) {
  process.on("message", (/** @type {Call} */ { id, name, argument }) => {
    run(handlers, name, argument).then(
      (result) => send({ id, result }),
      (error) => send({ id, error: String(error?.stack ?? error) }),
    );
  });
  process.once("disconnect", () => process.exit());
  // Ctrl-C signals the whole process group, but the parent decides when its children exit.
  process.on("SIGINT", () => {});
}

/**
 * @param {Record<string, (argument: never) => Promise<unknown>>} handlers
 * @param {string} name
 * @param {unknown} argument
 */
async function run(handlers, name, argument) {
  const handler = handlers[name];
  if (!handler) throw new Error(`This process has no handler "${name}".`);
  return handler(/** @type {never} */ (argument));
}

/** @param {Outcome} outcome */
function send(outcome) {
  process.send?.(outcome);
}

/** A child process that handles calls. */
export class Child {
  #process;
  #pending = new Map();
  #last = 0;

  /**
   * @param {string} file in this folder
   * @param {string} [checkout] the folder of another checkout, to run the file of the same name there
   */
  constructor(file, checkout = join(import.meta.dirname, "..")) {
    this.#process = fork(join(checkout, "bench", file));
    this.#process.on("message", (/** @type {Outcome} */ { id, result, error }) => {
      const { resolve, reject } = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    });
    this.#process.once("exit", (code) => {
      for (const { reject } of this.#pending.values())
        reject(new Error(`${file} exited with ${code}.`));
    });
  }

  /**
   * @param {string} name
   * @param {unknown} [argument]
   * @returns {Promise<any>}
   */
  call(name, argument) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, name, argument });
    });
  }

  /** Ends the process by closing the channel. */
  async end() {
    if (!this.#process.connected) return;
    const ended = once(this.#process, "exit");
    this.#process.disconnect();
    await ended;
  }
}
