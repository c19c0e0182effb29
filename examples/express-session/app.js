// A login and a counter on express-session, written as with any other store.
import { ExpressSessionStore } from "@redistore/express/express-session";
import express from "express";
import session from "express-session";

/**
 * @param {import("@redistore/core").Records<object>} records
 * @param {string} secret signs the cookies
 */
export function createApp(records, secret) {
  const store = new ExpressSessionStore(records);
  return express()
    .use(session({ store, secret, resave: false, saveUninitialized: false }))
    .get("/", (req, res) => {
      req.session.views = (req.session.views ?? 0) + 1;
      res.send(`${req.session.user ?? "A guest"} was here ${req.session.views} times.\n`);
    })
    .post("/login", (req, res, next) => {
      // A new id, because an attacker may know the old one.
      req.session.regenerate((error) => {
        if (error) return next(error);
        req.session.user = "Ada";
        res.redirect(303, "/");
      });
    })
    .post("/logout", (req, res, next) => {
      req.session.destroy((error) => (error ? next(error) : res.redirect(303, "/")));
    });
}
