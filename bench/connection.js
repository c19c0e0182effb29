// One keep-alive connection that sends prepared requests one after the other, and checks the responses.
import { connect } from "node:net";

/**
 * @typedef {object} PreparedRequest
 * @property {Buffer} bytes
 * @property {(head: string, body: string) => void} check throws if the response is wrong
 */

/**
 * A bare socket, because autocannon needs more CPU than the servers that it loads, on the same cores. It reads only responses with a
 * Content-Length, which all subjects send.
 */
export class Connection {
  #socket;
  #received = "";
  /** @type {PreparedRequest | undefined} */
  #sent;
  #next;
  /** @type {(error?: Error) => void} */
  #done = () => {};
  /** Responses so far. */
  responses = 0;

  /**
   * @param {number} port of 127.0.0.1
   * @param {() => PreparedRequest | undefined} next the next request; undefined ends the connection
   */
  constructor(port, next) {
    this.#next = next;
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding("latin1");
  }

  /** Resolves when there is nothing more to send; rejects at the first wrong response. @returns {Promise<void>} */
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
    this.#sent = this.#next();
    if (this.#sent) this.#socket.write(this.#sent.bytes);
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
    this.responses++;
    try {
      if (!head.startsWith("HTTP/1.1 200 ") || body.length !== length)
        throw new Error(`The response was:\n${head}\n\n${body}`);
      this.#sent?.check(head, body);
    } catch (error) {
      return this.#done(/** @type {Error} */ (error));
    }
    this.#send();
  }
}
