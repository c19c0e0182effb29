// Sends one command to Redis over a new connection, without a client library. For setting up tests.
import { connect } from "node:net";

/**
 * Resolves to the raw reply (RESP 2). Rejects on an error reply.
 *
 * @param {number | string} at a port of 127.0.0.1, or the path of a socket file
 * @param {...string} command
 * @returns {Promise<string>}
 */
export function ask(at, ...command) {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = typeof at === "number" ? connect(at, "127.0.0.1") : connect(at);
    // After QUIT the server ends the connection, which shows that the reply is complete.
    socket.end(`*${parts.length}\r\n${parts.join("")}*1\r\n$4\r\nQUIT\r\n`);
    let reply = "";
    socket.on("data", (chunk) => (reply += chunk));
    socket.once("error", reject);
    socket.once("end", () => {
      const complete = reply.replace(/\+OK\r\n$/, "");
      if (complete.startsWith("-")) reject(new Error(`${command[0]}: ${complete.trim()}`));
      else resolve(complete);
    });
  });
}
