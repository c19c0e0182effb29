// Runs the app: SESSION_SECRET="$(openssl rand -hex 16)" node main.js
import { createRecords, withKeyPrefix, withURL } from "@redistore/core";
import { createApp } from "./app.js";

const secret = process.env.SESSION_SECRET;
if (!secret) throw new Error("SESSION_SECRET is empty. It signs the cookies.");
const url = process.env.REDIS_URL ?? "redis://localhost:6379";
// The default prefix of connect-redis, so that sessions stored by it stay valid.
const records = await createRecords(withURL(url), withKeyPrefix("sess:"));
const port = Number(process.env.PORT ?? 3000);
const server = createApp(records, secret).listen(port, () =>
  console.log(`http://localhost:${port}`),
);

process.once("SIGTERM", () => {
  server.close(() => records.close());
});
