// Mutants of what a request finds when it arrives: tombstones, the settling time, the grace period.
import { type Mutant, mutants } from "./mutant.ts";

export const ARRIVING: readonly Mutant[] = [
  ...mutants("browsers", "protocol/load.ts", {
    "a session that was ended from elsewhere lets its browser begin anew at once": [
      "return !told || settings.now() - at >= SETTLING_SECONDS;",
      "return settings.now() - at >= SETTLING_SECONDS;",
    ],
    "the settling time ends": [
      "return !told || settings.now() - at >= SETTLING_SECONDS;",
      "return !told;",
    ],
    "for the settling time after a logout or login, requests with the old id begin no session": [
      "return !told || settings.now() - at >= SETTLING_SECONDS;",
      "return true;",
    ],
    "an old id is served in the grace period of a renewal": [
      'return tombstone?.kind === "renewed" && tombstone.grace > 0;',
      "return false;",
    ],
    "an old id is led over one renewal, not over a second": [
      'if (next.tombstone) return { state: "ended", tombstone: next.tombstone };',
      'if (next.tombstone) return leads(next.tombstone) ? leadOn({ backend, format, settings } as ProtocolContext, next.tombstone, deadline) : { state: "ended", tombstone: next.tombstone };',
    ],
    "the last tombstone decides, not the one of the renewal before": [
      'if (next.tombstone) return { state: "ended", tombstone: next.tombstone };',
      'if (next.tombstone) return { state: "ended", tombstone };',
    ],
    "the grace period ends when the browser has used the new id for so long": [
      "if (seen !== 0 && now - (seen ?? 0) >= grace)",
      "if (seen !== 0 && false)",
    ],
    "the grace period begins when the browser uses the new id, not with the renewal": [
      "if (seen !== 0 && now - (seen ?? 0) >= grace)",
      "if (now - at >= grace)",
    ],
    "a request that was led on does not get the new cookie at once": [
      "const tellCookie = seen === 0 && now - at >= grace;",
      "const tellCookie = seen === 0;",
    ],
    "a request that was led on does not get the new cookie after the browser has used it": [
      "const tellCookie = seen === 0 && now - at >= grace;",
      "const tellCookie = now - at >= grace;",
    ],
    "a browser that lost the response of a renewal gets the new cookie after the grace period": [
      "const tellCookie = seen === 0 && now - at >= grace;",
      "const tellCookie = false;",
    ],
  }),
  ...mutants("browsers", "session/records.ts", {
    "the first use of a new id is noted": ["await record.noteSeen();", ""],
    "a request that was led on does not note the new id as used": [
      'found.state !== "live" || found.ledOn !== undefined || record.isSeen;',
      'found.state !== "live" || record.isSeen;',
    ],
    "a session that ends while its first use is noted is loaded again": [
      'return record.state === "live" ? record : this.#load(record.loadedBy, deadline);',
      "return record;",
    ],
    "an id whose session is gone is never used again": [
      'if (found.state === "none") return { state: "new" };',
      'if (found.state === "none") return { state: "new", id };',
    ],
    "an operator's end of a session is untold": [
      "{ told = false }: { readonly told?: boolean } = {}",
      "{ told = true }: { readonly told?: boolean } = {}",
    ],
    "an operator's end of a session follows it over renewals and logins": [
      'destroyChain(this.#context, id, { told, owned }, "all", deadline)',
      'destroyChain(this.#context, id, { told, owned }, "renewed", deadline)',
    ],
  }),
  ...mutants("browsers", "protocol/commit.ts", {
    "the use of an id is no use of the one that replaced it meanwhile": [
      "isRenewed && seen !== undefined ? { ...merged, seen } : merged;",
      "merged;",
    ],
  }),
  ...mutants("browsers", "changes/metadata.ts", {
    "metadata are merged field by field": [
      "const merged: Metadata = { ...theirs };",
      "const merged: Metadata = { ...mine };",
    ],
    "the first use of a new id stays noted when saves are merged": [
      "merged.seen = Math.min(mine.seen, theirs.seen || Infinity);",
      "merged.seen = Infinity;",
    ],
  }),
];
