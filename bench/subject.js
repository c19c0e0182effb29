// What a subject is: one file in subjects/, named for itself, that exports `title`, `packages` and `open`.
import { readdir } from "node:fs/promises";

/**
 * @typedef {object} Opened
 * @property {import("node:http").Server} server not listening yet
 * @property {() => Promise<void>} close ends its connections to Redis
 */

/** @typedef {(place: { redisUrl: string, keyPrefix: string }) => Promise<Opened>} Open */

/**
 * @typedef {object} Subject
 * @property {string} title what it is, in a line
 * @property {readonly string[]} packages those whose versions matter
 * @property {boolean} [sessionless] it keeps nothing, and every request is to it as if no cookie came
 * @property {Open} open its server answers every path with what `exercise` gives, and every connection stays open
 */

/** The bounds that all others are compared with. */
export const BOUNDS = ["bare-ioredis", "node-crypto"];

/** Those of a run that names none: what the comparisons are about, in five minutes. */
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

/** All of them, the bounds first. @returns {Promise<string[]>} */
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
