// Questions and answers between the processes of the bench, over Node's own channel.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** @typedef {{ id: number, question: string, argument: unknown }} Question */
/** @typedef {{ id: number, answer?: unknown, error?: string }} Answer */

/**
 * In a child: answers what its parent asks, and ends when the parent does.
 *
 * @param {Record<string, (argument: never) => Promise<unknown>>} answers
 */
export function answerQuestions(answers) {
  process.on("message", (/** @type {Question} */ { id, question, argument }) => {
    find(answers, question, argument).then(
      (answer) => send({ id, answer }),
      (error) => send({ id, error: String(error?.stack ?? error) }),
    );
  });
  process.once("disconnect", () => process.exit());
  // Ctrl-C goes to the whole group: the parent says when it is over.
  process.on("SIGINT", () => {});
}

/**
 * @param {Record<string, (argument: never) => Promise<unknown>>} answers
 * @param {string} question
 * @param {unknown} argument
 */
async function find(answers, question, argument) {
  const known = answers[question];
  if (!known) throw new Error(`Nobody answers "${question}" here.`);
  return known(/** @type {never} */ (argument));
}

/** @param {Answer} message */
function send(message) {
  process.send?.(message);
}

/** A child that answers. */
export class Child {
  #process;
  #pending = new Map();
  #last = 0;

  /** @param {string} file beside this one */
  constructor(file) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)));
    this.#process.on("message", (/** @type {Answer} */ { id, answer, error }) => {
      const { resolve, reject } = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    });
    this.#process.once("exit", (code) => {
      for (const { reject } of this.#pending.values())
        reject(new Error(`${file} ended with ${code}.`));
    });
  }

  /**
   * @param {string} question
   * @param {unknown} [argument]
   * @returns {Promise<any>}
   */
  ask(question, argument) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, question, argument });
    });
  }

  /** Ends it by closing the channel. */
  async end() {
    if (!this.#process.connected) return;
    const ended = once(this.#process, "exit");
    this.#process.disconnect();
    await ended;
  }
}
