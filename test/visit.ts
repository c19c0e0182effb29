// A browser at an application that listens until the test is over.
import { onTestFinished } from "vitest";
import { Browser, listen, type Listener } from "../packages/http/src/testing/index.ts";

export async function visit(app: Listener): Promise<Browser> {
  const server = await listen(app);
  onTestFinished(async () => void (await server.close()));
  return new Browser(server.origin);
}
