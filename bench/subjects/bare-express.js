// Express 5 without sessions: what is left of a subject when its session middleware is taken out.
import { createServer } from "node:http";
import express from "express";
import { exercise } from "../scenarios.js";

export const title = "Express 5, no session";
export const packages = ["express"];
export const sessionless = true;

/** @type {import("../subject.js").Open} */
export async function open() {
  const app = express().use((req, res) => {
    res.send(exercise(req.path, {}));
  });
  return { server: createServer(app), close: async () => {} };
}
