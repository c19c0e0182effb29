// One keep-alive connection that sends prepared requests one after the other, and checks the answers.
import { connect } from "node:net";

/**
 * @typedef {object} Errand
 * @property {Buffer} request
 * @property {(head: string, body: string) => void} answered throws where the answer is wrong
 */

/**
 * Our own, on a bare socket: autocannon costs more CPU than the servers it would load here, on cores that they share. It knows answers with
 * Content-Length, which is what all subjects send.
 */
export class Connection {
  #socket;
  #received = "";
  /** @type {Errand | undefined} */
  #errand;
  #next;
  /** @type {(error?: Error) => void} */
  #done = () => {};
  /** Answers so far. */
  answers = 0;

  /**
   * @param {number} port of 127.0.0.1
   * @param {() => Errand | undefined} next what to send; undefined ends the connection
   */
  constructor(port, next) {
    this.#next = next;
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding("latin1");
  }

  /** Resolves when there is nothing more to send; rejects at the first wrong answer. @returns {Promise<void>} */
  run() {
    return new Promise((resolve, reject) => {
      this.#done = (error) => {
        this.#socket.destroy();
        if (error) reject(error);
        else resolve();
      };
      this.#socket.on("data", (chunk) => this.#receive(chunk));
      this.#socket.once("error", (error) => this.#done(error));
      this.#socket.once("close", () => this.#done(new Error("The server ended the connection.")));
      this.#send();
    });
  }

  #send() {
    this.#errand = this.#next();
    if (this.#errand) this.#socket.write(this.#errand.request);
    else this.#done();
  }

  /** @param {unknown} chunk */
  #receive(chunk) {
    this.#received += String(chunk);
    const end = this.#received.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.slice(end + 4);
    this.#received = "";
    this.answers++;
    try {
      if (!head.startsWith("HTTP/1.1 200 ") || body.length !== length)
        throw new Error(`It answered:\n${head}\n\n${body}`);
      this.#errand?.answered(head, body);
    } catch (error) {
      return this.#done(/** @type {Error} */ (error));
    }
    this.#send();
  }
}
