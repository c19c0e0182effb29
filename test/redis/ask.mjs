// Asks a Redis one thing over a connection of its own, with no client library between: for set-ups, not for tests of clients.
import { connect } from "node:net";

/**
 * The raw reply, as it came (RESP 2); rejects on an error reply.
 *
 * @param {number | string} at a port of 127.0.0.1, or the path of a socket file
 * @param {...string} command
 * @returns {Promise<string>}
 */
export function ask(at, ...command) {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = typeof at === "number" ? connect(at, "127.0.0.1") : connect(at);
    // The server ends the connection after its answer to QUIT: by that the reply is known to be whole.
    socket.end(`*${parts.length}\r\n${parts.join("")}*1\r\n$4\r\nQUIT\r\n`);
    let reply = "";
    socket.on("data", (chunk) => (reply += chunk));
    socket.once("error", reject);
    socket.once("end", () => {
      const whole = reply.replace(/\+OK\r\n$/, "");
      if (whole.startsWith("-")) reject(new Error(`${command[0]}: ${whole.trim()}`));
      else resolve(whole);
    });
  });
}
