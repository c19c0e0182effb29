// What a user's Express application may write in CommonJS, which has no top-level await; it asks itself once, and says "ok".
import type { AddressInfo } from "node:net";
import core = require("@redistore/core");
import redistore = require("@redistore/express");
import express = require("express");

const store = core.createStore<{ name: string }>(
  core.keysFromStrings("a-key-of-32-characters-for-tests"),
  core.withMemory(),
);

const app = express();
app.use(redistore.session(store, { name: "sid" }));
app.get("/", (req: express.Request, res: express.Response) => {
  const session: core.Session<{ name: string }> = redistore.getSession<{ name: string }>(req);
  session.values.name = "ada";
  req.session.save((error?: unknown) => void res.json([req.session, String(error)]));
});

const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  console.log(
    answer.headers.has("set-cookie") && text === '[{"name":"ada"},"undefined"]' ? "ok" : text,
  );
  server.closeAllConnections();
  server.close();
  await (await store).close();
});
