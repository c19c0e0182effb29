// Does what a request of a random world asks for, and notes what is known of it afterwards.
import { ConfigError } from "../../../src/errors.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { GRACE, isRegeneration, type Request, TOKEN, Violation } from "./random-requests.ts";
import type { Values } from "./stored-session.ts";
import type { WorldFacts } from "./world-facts.ts";

/** Returns false if the call was refused by its options. */
export async function perform(
  facts: WorldFacts,
  record: SessionRecord<Values>,
  request: Request,
  key: string,
): Promise<boolean> {
  const { action } = request;
  if (action === "write" || action.endsWith("with a change")) record.values[key] = key;
  if (action === "write") await record.save();
  else if (action === "touch") await record.touch();
  else if (action === "log out") {
    if (await record.destroy()) request.cookie = { id: undefined };
  } else if (isRegeneration(action)) request.wentAlong = await record.regenerate();
  else if (action === "regenerate with nothing") await record.regenerate({ keep: false });
  else if (action.startsWith("renew")) {
    request.wentAlong = await record.regenerate({ grace: GRACE });
    if (record.storedId !== request.sentId) facts.renewals.add(record.storedId);
  } else if (action.startsWith("log in")) {
    if (record.values["token"] !== TOKEN || action !== "log in") record.values[key] = key;
    return logIn(facts, record, request);
  }
  return true;
}

async function logIn(
  facts: WorldFacts,
  record: SessionRecord<Values>,
  request: Request,
): Promise<boolean> {
  const { action, by } = request;
  const user = by === "browser" ? "ada" : "mallory";
  const principal = action === "log in as another" ? "bob" : user;
  const before = record.principal;
  const isFirst = record.values["token"] === TOKEN;
  const keep = action === "log in with nothing" ? false : undefined;
  const grace = action === "log in with a grace" ? GRACE : undefined;
  try {
    request.wentAlong = await record.regenerate({ principal, keep, grace });
  } catch (error) {
    if (action === "log in with a grace" && error instanceof ConfigError) return false;
    throw error;
  }
  if (principal !== "mallory") facts.logins.add(record.storedId);
  if (action === "log in with nothing") facts.fresh.add(record.storedId);
  const isOther = before !== undefined && before !== principal;
  if (isOther && record.values["token"] === TOKEN)
    throw new Violation("the data of one user went along to another");
  if (isFirst && request.wentAlong && record.values["token"] !== TOKEN)
    throw new Violation("a login lost the data of its session");
  return true;
}
