// The subjects of a run: each has its own process, and sessions for its requests.
import { Child } from "./child.js";
import { loadSubject } from "./subject.js";

/**
 * @typedef {object} Running
 * @property {string} name
 * @property {Child} server
 * @property {number} port
 * @property {readonly string[]} cookies one for each session
 * @property {boolean} sessionless the subject keeps no sessions, and the cookies mean nothing to it
 */

/** The name in the results of a subject that another checkout serves. @param {string} name */
export function nameBefore(name) {
  return `${name} before`;
}

/**
 * @param {string} name
 * @param {{ redisUrl: string, load: Child, sessions: number, before?: string }} bench `before`: the checkout that serves the subject
 * @returns {Promise<Running>}
 */
export async function startSubject(name, { redisUrl, load, sessions, before }) {
  const server = new Child("serve.js", before);
  try {
    const { port } = await server.call("open", { name, redisUrl });
    const { sessionless = false } = await loadSubject(name);
    const cookies = sessionless
      ? Array.from({ length: sessions }, () => "session=none")
      : await load.call("sessions", { port, count: sessions });
    return { name: before ? nameBefore(name) : name, server, port, cookies, sessionless };
  } catch (error) {
    await server.end();
    throw error;
  }
}

/** @param {Running} running */
export async function stopSubject({ server }) {
  await server.call("close");
  await server.end();
}
