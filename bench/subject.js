// A subject is a file in subjects/ that exports `title`, `packages` and `open`.
import { readdir } from "node:fs/promises";

/**
 * @typedef {object} Opened
 * @property {import("node:http").Server} server not listening yet
 * @property {() => Promise<void>} close ends its connections to Redis
 */

/** @typedef {(place: { redisUrl: string, keyPrefix: string }) => Promise<Opened>} Open */

/**
 * @typedef {object} Subject
 * @property {string} title one line about it
 * @property {readonly string[]} packages the packages whose versions are reported
 * @property {boolean} [sessionless] true if it keeps no sessions
 * @property {Open} open its server responds to every path with the result of `exercise`, and keeps connections open
 */

/** All others are compared with these two. */
export const BOUNDS = ["bare-ioredis", "node-crypto"];

/** The subjects of a run that names none: all comparisons, in about five minutes. */
export const USUAL = [
  ...BOUNDS,
  "redistore-http",
  "bare-express",
  "express-session-connect-redis",
  "redistore-express",
  "koa-session",
  "redistore-koa",
];

const folder = new URL("./subjects/", import.meta.url);

/** The names of all subjects, the bounds first. @returns {Promise<string[]>} */
export async function subjectNames() {
  const names = (await readdir(folder)).map((file) => file.replace(/\.js$/, ""));
  const others = names.filter((name) => !BOUNDS.includes(name));
  return [...BOUNDS, ...others.toSorted((one, other) => one.localeCompare(other))];
}

/**
 * @param {string} name
 * @returns {Promise<Subject>}
 */
export function loadSubject(name) {
  return import(new URL(`${name}.js`, folder).href);
}
