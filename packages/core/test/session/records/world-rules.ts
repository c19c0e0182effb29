// The rules that hold in every random world. Each is checked where a request arrives, was refused, or is done.
import type { SessionRecord } from "../../../src/session/session-record.ts";
import {
  type Arrival,
  GRACE,
  isRegeneration,
  mayEnd,
  type Request,
  TOKEN,
  Violation,
} from "./random-requests.ts";
import type { Values } from "./stored-session.ts";
import type { WorldFacts } from "./world-facts.ts";

/** On which session a request is served. */
export async function checkArrival(
  facts: WorldFacts,
  { by, sentId, sentAt }: Request,
  { state, loadedId, at }: Arrival,
  record: SessionRecord<Values>,
): Promise<void> {
  if (sentId === undefined) return;
  if (state !== "live") {
    if (await facts.leadsOn(sentId))
      throw new Violation("an old id is not served in its grace period");
    return;
  }
  if (loadedId === sentId) {
    if (by === "browser" && !facts.used.has(sentId)) facts.used.set(sentId, at);
    return;
  }
  if (facts.logins.has(loadedId))
    throw new Violation("an old id is served on the login that came after it");
  const tombstone = await facts.tombstone(sentId);
  if (tombstone?.kind === "renewed" && tombstone.to !== loadedId)
    throw new Violation("an old id follows the session over a second renewal");
  const used = facts.used.get(loadedId);
  if (used !== undefined && sentAt - used >= GRACE)
    throw new Violation("an old id is served after its grace period");
  const isLost = tombstone !== undefined && sentAt - tombstone.at >= GRACE;
  if (isLost && !facts.firstSent.has(loadedId) && record.withholdsCookie)
    throw new Violation("the browser never gets the cookie of a renewal whose response was lost");
}

/** What a request may be refused. */
export async function checkRefusal(
  facts: WorldFacts,
  { action, sentId = "", owned }: Request,
  { state, isRecent }: Arrival,
): Promise<void> {
  if (action.startsWith("log in")) throw new Violation("a login was refused");
  if (action === "write" && state !== "live" && !isRecent)
    throw new Violation(
      "a guest with the id of a session that ended long ago, or elsewhere, is locked out",
    );
  if (action === "regenerate with nothing" || (isRegeneration(action) && owned === false))
    throw new Violation("a guest was refused a new session");
  if (!mayEnd(action) || action.startsWith("renew")) {
    if (state === "live" && (await facts.leadsOn(sentId)))
      throw new Violation("a request was refused because another one renewed the session first");
  }
}

/** What was done for a request that was not refused. */
export async function checkDone(
  facts: WorldFacts,
  { action, sentId, owned, wentAlong }: Request,
  arrival: Arrival,
  record: SessionRecord<Values>,
): Promise<void> {
  const { state, loadedId, isRecent, isSurelyRecent, renewedTo } = arrival;
  if (action === "write" && state !== "live" && (isRecent || isSurelyRecent))
    throw new Violation("a request that came just after a logout or login began a session");
  const isLive = record.state === "live";
  if ((action === "write" || action === "renew with a change") && state === "live" && !isLive)
    throw new Violation("a write to an ended session was not refused");
  if (action === "log out" && renewedTo !== undefined && (await facts.isAlive(renewedTo)))
    if (state !== "new") throw new Violation("a logout left the renewed session alive");
  // A request that was led on leaves the session alone, unless it logs in, or keeps nothing.
  const isLedOn = loadedId !== sentId;
  const leaves = isLedOn && (isRegeneration(action) || action.startsWith("renew"));
  if (mayEnd(action) && state === "live" && !leaves && (await facts.isAlive(loadedId)))
    throw new Violation(`the session is alive under its old id after ${action}`);
  if (isRegeneration(action) && owned && state !== "new" && wentAlong === false)
    throw new Violation("a user's session that had ended was regenerated as a guest's");
  const hasMoved = isLive && record.storedId !== sentId;
  if (action.startsWith("renew") && state === "live" && !isLedOn && hasMoved) {
    const tombstone = await facts.tombstone(loadedId);
    if (tombstone?.kind !== "renewed" || tombstone.to !== record.storedId)
      throw new Violation("the session was renewed twice at once");
  }
}

/** Who may learn which id. */
export async function checkCookie(
  facts: WorldFacts,
  now: number,
  { sentId, action }: Request,
  { state, loadedId, used, isUnused }: Arrival,
  record: SessionRecord<Values>,
): Promise<void> {
  const { storedId, withholdsCookie } = record;
  if (sentId === undefined || storedId === "" || storedId === sentId || withholdsCookie) return;
  if (state !== "live" || mayEnd(action) || isUnused || loadedId !== sentId) return;
  const tombstone = await facts.tombstone(sentId);
  if (tombstone && (now - tombstone.at < GRACE || used.has(storedId)))
    throw new Violation(`an old id got the cookie of the renewed session by ${action}`);
}

/** What an attacker with an old id must not do. */
export async function checkAttack(
  facts: WorldFacts,
  { sentId, action }: Request,
  { state, tombstone, isUnused, logins, endings }: Arrival,
  record: SessionRecord<Values>,
): Promise<void> {
  const told = record.storedId !== "" && record.storedId !== sentId && !record.withholdsCookie;
  const isTheirs =
    record.principal === "ada" || record.principal === "bob" || record.values["token"] === TOKEN;
  if (tombstone && told && isTheirs && !isUnused)
    throw new Violation(`an attacker with an old id got the cookie of the session by ${action}`);
  if (state === "live" || facts.open > 0 || endings !== facts.endings) return;
  for (const login of logins) {
    if (!(await facts.isAlive(login)))
      throw new Violation(`an attacker with an old id ended the login by ${action}`);
  }
}

/** Whether a response takes the login away from the browser that gets it. */
export async function checkJar(
  facts: WorldFacts,
  { action, sentId, cookie, owned, isFirst, wentAlong }: Request,
  jar: string | undefined,
): Promise<void> {
  if (jar === undefined || jar === sentId || !facts.logins.has(jar)) return;
  const isBegun = cookie?.id !== undefined && wentAlong === false;
  if (!isBegun || isFirst || !(await facts.isAlive(jar))) return;
  if (action.startsWith("renew") || (isRegeneration(action) && owned))
    throw new Violation("the browser loses its login to a new session of an older request");
}

/** What is stored when all requests are done. */
export async function checkEnd(facts: WorldFacts): Promise<void> {
  const records = await facts.records();
  if (!facts.mayBeEmpty && records.some((values) => Object.keys(values).length === 0))
    throw new Violation("a session without data is stored");
  const alive = await facts.alive();
  if (alive.length > 1) throw new Violation("the session is alive under two ids");
  for (const login of facts.revocations + facts.logouts > 0 ? [] : facts.logins)
    if (!facts.leaving.has(login) && !(await facts.isAlive(login)))
      throw new Violation("a login was ended, and by no logout");
  for (const id of facts.owned) {
    const tombstone = await facts.tombstone(id);
    if (tombstone?.told && !tombstone.owned)
      throw new Violation("the tombstone of a user's session does not say whose it was");
  }
  const [values] = alive;
  if (facts.hasEnded && values) throw new Violation("an ended session is alive");
  if (!values) return;
  for (const [key, value] of facts.stored) {
    if (values[key] !== value) throw new Violation(`the write of ${key} was lost`);
  }
}
