// The two ways to req.session, over one Redis: @redistore/express, and express-session with ExpressSessionStore.
import { createRecords, createStore, type OptionalStoreOption } from "@redistore/core";
import { session } from "@redistore/express";
import { ExpressSessionStore } from "@redistore/express/express-session";
import type { RequestHandler } from "express";
import expressSession from "express-session";
import { onTestFinished } from "vitest";
import { KEYS } from "../../stores.ts";

type Open = (options: OptionalStoreOption[]) => Promise<RequestHandler>;

/** Each with its name, for `describe.each`. What a middleware opens is closed after the test. */
export const EXPRESS_SESSIONS: readonly (readonly [string, Open])[] = [
  [
    "req.session of @redistore/express",
    async (options) => {
      const store = await createStore(KEYS, ...options);
      onTestFinished(() => store.close());
      return session(store, { onError: () => {} }) as RequestHandler;
    },
  ],
  [
    "express-session with ExpressSessionStore",
    async (options) => {
      const records = await createRecords(...options);
      onTestFinished(() => records.close());
      const store = new ExpressSessionStore(records);
      const secret = "a secret of the tests";
      return expressSession({ store, secret, resave: false, saveUninitialized: false });
    },
  ],
];
