// What the browser and the attacker of a random world ask for, and what is known of each request.
import type { Tombstone } from "../../../src/backends/tombstone.ts";
import type { SeededRandom } from "../../../../../test/seeded-random.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";

/** The grace period of renewals, in seconds. */
export const GRACE = 5;
/** The value that tells the first session, and every session that its data go along to. */
export const TOKEN = "the first session";

const ACTIONS = {
  browser: [
    "read",
    "write",
    "write",
    "touch",
    "log in",
    "log in",
    "log in with a grace",
    "log in as another",
    "log in with nothing",
    "log out",
    "regenerate",
    "regenerate with a change",
    "renew",
    "renew with a change",
  ],
  attacker: [
    "read",
    "write",
    "touch",
    "log in",
    "log out",
    "regenerate",
    "regenerate with nothing",
    "renew",
  ],
} as const;

export type Sender = keyof typeof ACTIONS;
export type Action = (typeof ACTIONS)[Sender][number];

export interface Request {
  readonly by: Sender;
  readonly action: Action;
  readonly sentId: string | undefined;
  readonly sentAt: number;
  /** What the response does to the jar; undefined if it carries no cookie. */
  cookie?: { readonly id: string | undefined };
  /** Whether the session that the request came with belonged to a user. */
  owned?: boolean;
  /** Whether there was no session, and none that had just ended. The first session of an old request may replace the cookie of a login. */
  isFirst?: boolean;
  /** False if a regeneration or login began a new session in place of the one that the request came with. */
  wentAlong?: boolean;
}

/** What was there when a request had loaded its session. */
export interface Arrival {
  readonly state: SessionRecord["state"];
  /** The id that the session was found under; empty if there was none. */
  readonly loadedId: string;
  readonly at: number;
  /** The tombstone that decided. */
  readonly tombstone: Tombstone | undefined;
  /** Whether the settling time after a logout or login is not over, by the tombstone. */
  readonly isRecent: boolean;
  /** The same by what requests have done until then, without the tombstone: true only where it is certain. */
  readonly isSurelyRecent: boolean;
  /** Whether the browser had not used the new id for a whole grace period: its response was lost. */
  readonly isUnused: boolean;
  /** The ids that the browser had used when the request was sent. */
  readonly used: ReadonlySet<string>;
  /** The id in which the session lived on after renewals alone. */
  readonly renewedTo: string | undefined;
  /** The logins of the browser that were alive. */
  readonly logins: readonly string[];
  /** Counted, or -1 while something else may end a session. */
  readonly endings: number;
}

export function randomAction(random: SeededRandom, by: Sender): Action {
  return random.pick<Action>(ACTIONS[by]);
}

/** Whether this action gives the session a new id, with its data, and is neither a login nor a renewal. */
export function isRegeneration(action: Action): boolean {
  return action === "regenerate" || action === "regenerate with a change";
}

/** Whether this action of a request may end the session that it came with. */
export function mayEnd(action: Action): boolean {
  return !["read", "write", "touch"].includes(action);
}

/** A rule that was broken, with all that happened before. */
export class Violation extends Error {}
