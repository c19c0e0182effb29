// Mutants of the index of a user's sessions. The suite of the backend contract has the rules of its single steps.
import { type Mutant, mutants } from "./mutant.ts";

export const USERS: readonly Mutant[] = [
  ...mutants("users", "backends/memory/memory-principal-index.ts", {
    "a login from before the bar is refused": [
      'if (!earlier && member.at < this.#barredBefore) return { outcome: "refused" };',
      "",
    ],
    "the limit is kept": [
      'if (others.size >= limit) return { outcome: "full", members: this.members() };',
      "",
    ],
  }),
  ...mutants("users", "protocol/principals/ending.ts", {
    "ending all sets a bar": [
      "let members = await backend.bar(principal, bar, context.deadline());",
      "let members = await backend.members(principal, context.deadline()); void bar;",
    ],
    "ending all ends the sessions": ["await Promise.all(batch.map(endOne));", "void endOne;"],
  }),
  ...mutants("users", "protocol/principals/listing.ts", {
    "a refused login is not stored": [
      'if (admitted.outcome === "refused") throw allEnded();',
      'if (admitted.outcome === "refused") return;',
    ],
    "sessions over the limit end": [
      "without = await evict(context, principal, surplus(members, member, limit), deadline);",
      "without = surplus(members, member, limit);",
    ],
    "a session is listed by its time of login": [
      "at: authenticated ?? 0 };",
      "at: authenticated === undefined ? 0 : 4_000_000_000 };",
    ],
  }),
  ...mutants("users", "protocol/principals/listed-save.ts", {
    "a save that makes a session a user's lists it": [
      "await list(context, { id, metadata: after, seconds, inherits }, deadline);",
      "",
    ],
  }),
  ...mutants("users", "protocol/principals/members.ts", {
    "the reader of an index removes what has ended": [
      "if (dead.length > 0) await context.backend.dismiss(principal, dead, deadline);",
      "",
    ],
    "only what has ended is removed": [
      "return tombstone !== undefined || (record === undefined && !isUndecipherable);",
      "return true;",
    ],
  }),
  ...mutants("users", "protocol/create.ts", {
    "a new session is listed": [
      "await list(context, { id: created.id, metadata, seconds, inherits }, deadline);",
      "",
    ],
  }),
  ...mutants("users", "protocol/save.ts", {
    "a save that followed the session to a new id lists it there": [
      'const mayBeUnlisted = isListed && committed && (isElsewhere || result === "merged");',
      'const mayBeUnlisted = isElsewhere && result === "nothing";',
    ],
  }),
  ...mutants("users", "protocol/regenerate/regenerate.ts", {
    "a login whose old session ended meanwhile has to be let in by itself": [
      "await relist(context, next.metadata, { id: next.id, metadata, seconds }, deadline);",
      "",
    ],
    "a session that became a user's while it got a new id is listed for that user": [
      "if (!isListedAs(earlier, kept.metadata)) await relist(context, earlier, listing, deadline);",
      "void earlier; void listing;",
    ],
  }),
];
