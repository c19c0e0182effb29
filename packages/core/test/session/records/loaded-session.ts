// A session that one process has loaded, whose steps the test takes.
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { makeRecords } from "./make-records.ts";
import { take } from "./steps.ts";
import { SteppingBackend, type Fault } from "./stepping-backend.ts";
import { storeSession, type StoredSession, type Values } from "./stored-session.ts";

/** What the client of a step without a reply cannot tell apart: it was taken, or it was not. */
export const LOST: readonly Fault[] = ["replyLost", "dropped"];

export interface LoadedSession {
  readonly session: StoredSession;
  readonly process: SteppingBackend;
  readonly record: SessionRecord<Values>;
}

/** Stores `before` and loads it. */
export async function loadSession(before: Values): Promise<LoadedSession> {
  const session = await storeSession(before);
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await take(process, "get");
  return { session, process, record: await loading };
}
