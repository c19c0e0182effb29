// The subjects of a run, each in its process, with the sessions that its requests will name.
import { Child } from "./ask.js";

/**
 * @typedef {object} Running
 * @property {string} name
 * @property {Child} server
 * @property {number} port
 * @property {readonly string[]} cookies one for each session
 */

/**
 * @param {string} name
 * @param {{ redisUrl: string, load: Child, sessions: number }} bench
 * @returns {Promise<Running>}
 */
export async function startSubject(name, { redisUrl, load, sessions }) {
  const server = new Child("serve.js");
  try {
    const { port } = await server.ask("open", { name, redisUrl });
    const cookies = await load.ask("sessions", { port, count: sessions });
    return { name, server, port, cookies };
  } catch (error) {
    await server.end();
    throw error;
  }
}

/** @param {Running} running */
export async function stopSubject({ server }) {
  await server.ask("close");
  await server.end();
}
