// The tombstone: a note beside the record of an ended session that tells later requests how it ended, and where it went on.

/** How long a tombstone lives, in seconds: longer than the longest request that may still use the old id. */
export const TOMBSTONE_SECONDS = 300;

/** Who ended a session. */
export interface Ending {
  /**
   * True if the browser itself asked for it: a logout or a regeneration. False if it was ended from elsewhere, by an operator or from
   * another device.
   */
  readonly told: boolean;
  /** True if the session belonged to a principal. */
  readonly owned: boolean;
}

/** The session that goes on in place of an ended one. */
export interface Successor extends Ending {
  /** `login`: a login took the data along. `renewed`: the same session goes on under a new id. */
  readonly kind: "login" | "renewed";
  readonly to: string;
  /**
   * Seconds in which requests with the old id are served on the session under the new one, if the kind is `renewed`. 0 if they are not, and
   * for a login.
   */
  readonly grace: number;
}

/** When a session ended, in Unix seconds by the clock of the backend. */
interface Dated {
  readonly at: number;
}

/** Why there is no session under an id any more. A tombstone outweighs a record: other programs may have written one after the end. */
export type Tombstone = (Ending & Dated & { readonly kind: "ended" }) | RedirectTombstone;

/** The tombstone of a session that goes on under another id. */
export type RedirectTombstone = Successor & Dated;

/** The flags of the stored form: `t` for told, `p` for owned (by a principal), `-` for none. */
export function formatFlags({ told, owned }: Ending): string {
  return `${told ? "t" : ""}${owned ? "p" : ""}` || "-";
}

/** The stored form without its first two words, kind and time: `<flags> <id>`, or `<flags> <grace> <id>`. */
export function formatSuccessor({ kind, to, grace, ...ending }: Successor): string {
  return kind === "login"
    ? `${formatFlags(ending)} ${to}`
    : `${formatFlags(ending)} ${grace} ${to}`;
}

/**
 * Parses the stored form: `ended <at> <flags>`, `login <at> <flags> <id>` or `renewed <at> <flags> <grace> <id>`. Unreadable text counts
 * as ended, told and recent: that loses an id, and never brings a session back.
 */
export function parseTombstone(text: string): Tombstone {
  const [, kind, at, flags = "", rest = ""] =
    /^(\w+) (\d+(?:\.\d+)?) ([tp]{1,2}|-)(?: (.+))?$/s.exec(text) ?? [];
  const common = { at: Number(at), told: flags.includes("t"), owned: flags.includes("p") };
  if (kind === "ended" && rest === "") return { kind, ...common };
  if (kind === "login" && rest !== "") return { kind, ...common, grace: 0, to: rest };
  const [, grace, to] = (kind === "renewed" && /^(\d+(?:\.\d+)?) (.+)$/s.exec(rest)) || [];
  if (to !== undefined) return { kind: "renewed", ...common, grace: Number(grace), to };
  return { kind: "ended", at: Infinity, told: true, owned: false };
}
