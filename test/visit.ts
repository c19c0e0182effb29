// Opens a browser on an application, which listens until the test ends.
import { onTestFinished } from "vitest";
import { Browser, listen, type Listener } from "../packages/http/src/testing/index.ts";

export async function visit(app: Listener): Promise<Browser> {
  const server = await listen(app);
  onTestFinished(async () => void (await server.close()));
  return new Browser(server.origin);
}
