// Express 5 without sessions, the base that session middlewares are compared with.
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
