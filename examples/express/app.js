// @ts-check
// A login and a counter on Express.
import { session } from "@redistore/express";
import express from "express";

/** @param {import("@redistore/core").RediStore} store */
export function createApp(store) {
  return express()
    .use(session(store))
    .get("/", (req, res) => {
      req.session.views = (req.session.views ?? 0) + 1;
      res.send(`${req.session.user ?? "A guest"} was here ${req.session.views} times.\n`);
    })
    .post("/login", async (req, res) => {
      // A new id, because an attacker may know the old one.
      await req.session.regenerate({ principal: "ada", keep: ["views"] });
      req.session.user = "Ada";
      res.redirect(303, "/");
    })
    .post("/logout", async (req, res) => {
      await req.session.destroy();
      res.redirect(303, "/");
    });
}
