// An application that stays on express-session and keeps its sessions here.
import { createRecords, withKeyPrefix, withMemory } from "@redistore/core";
import { ExpressSessionStore } from "@redistore/express/express-session";
import express from "express";
import session from "express-session";

const records = createRecords(withMemory(), withKeyPrefix("sess:"));
const store: session.Store = new ExpressSessionStore(records);

export const app = express()
  .use(session({ store, secret: "a secret", resave: false, saveUninitialized: false }))
  .get("/", (req, res) => {
    req.session.regenerate((error: unknown) => void res.send(String(error)));
  });
