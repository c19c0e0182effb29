// Runs the app: SESSION_KEYS="$(openssl rand -hex 16),$(openssl rand -hex 16)" node main.js
import { createStore, keysFromEnv, withURL } from "@redistore/core";
import { createApp } from "./app.js";

const url = process.env.REDIS_URL ?? "redis://localhost:6379";
const store = await createStore(keysFromEnv("SESSION_KEYS"), withURL(url));
const port = Number(process.env.PORT ?? 3000);
const server = createApp(store).listen(port, () => console.log(`http://localhost:${port}`));

process.once("SIGTERM", () => {
  server.close(() => store.close());
});
