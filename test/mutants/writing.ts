// Mutants of saves, creations, logouts, and of the backend's steps that they are made of.
import { type Mutant, mutants } from "./mutant.ts";

export const WRITING: readonly Mutant[] = [
  ...mutants("browsers", "backends/memory/memory-backend.ts", {
    "a record is replaced only if it is what the writer knows": [
      'if (expected && !present.equals(expected)) {\n      return { outcome: "changed", record: Buffer.from(present) };\n    }',
      "",
    ],
    "a record that is gone is not replaced": [
      'if (!present) return { outcome: "gone", tombstone: this.#tombstones.get(id) };',
      'if (!present) { this.#tombstones.delete(id); this.#store(id, record, seconds); return { outcome: "done" }; }',
    ],
    "a record is retired only if it is what the new one was made of": [
      'if (!present.equals(expected)) return { outcome: "changed", record: Buffer.from(present) };',
      "",
    ],
    "a retired record is deleted": [
      "this.#end(id, { ...successor, at: this.#now() }, seconds);",
      "this.#tombstones.set(id, { ...successor, at: this.#now() }, seconds);",
    ],
    "a deletion leaves a tombstone": [
      'if (deleted) this.#end(id, { kind: "ended", at: this.#now(), told, owned }, seconds);',
      "this.#records.delete(id);",
    ],
    "a tombstone says whether the browser itself ended the session": [
      'this.#end(id, { kind: "ended", at: this.#now(), told, owned }, seconds);',
      'this.#end(id, { kind: "ended", at: this.#now(), told: false, owned }, seconds);',
    ],
    "a retirement repeats itself only for the same successor": [
      "return tombstone.kind === kind && tombstone.to === to;",
      "return tombstone.kind === kind && to !== undefined;",
    ],
  }),
  ...mutants("interleavings", "backends/memory/memory-backend.ts", {
    "a creation that arrives twice brings no ended session back": [
      "if (this.#records.get(id) || this.#tombstones.get(id)) return false;",
      "if (this.#records.get(id)) return false;",
    ],
    "a creation that arrives twice overwrites nothing": [
      "if (this.#records.get(id) || this.#tombstones.get(id)) return false;",
      "if (this.#tombstones.get(id)) return false;",
    ],
    "a repeated retirement knows its own tombstone": [
      'if (tombstone && isSame(tombstone, successor)) return { outcome: "done" };',
      "",
    ],
  }),
  ...mutants("interleavings", "protocol/create.ts", {
    "a creation whose reply was lost knows its own record": [
      "if (!present?.equals(record)) throw isUncertain ? unanswered() : conflict();",
      "throw conflict();",
    ],
    "a creation under a given id is not sent again": [
      "if (isUncertain || !(await backend.create(",
      "if (!(await backend.create(",
    ],
  }),
  {
    rule: "a save whose reply was lost is not sent again by itself",
    judge: "interleavings",
    edits: [
      {
        file: "protocol/commit-queue.ts",
        find: "result = await this.#backend.replace(",
        replace: "result = await twice(() => this.#backend.replace(",
      },
      {
        file: "protocol/commit-queue.ts",
        find: "          first.deadline,\n        );",
        replace: "          first.deadline,\n        ));",
      },
      {
        file: "protocol/commit-queue.ts",
        find: "function tooLate(",
        replace:
          "const twice = <T>(run: () => Promise<T>): Promise<T> => run().catch(run);\nfunction tooLate(",
      },
    ],
  },
  ...mutants("interleavings", "changes/working-copy.ts", {
    "flashes of a save whose reply was lost are not saved again": [
      "for (const key of capture.flashes.keys()) {\n      if (key in sent)",
      "for (const key of [] as string[]) {\n      if (key in sent)",
    ],
    "plain changes of a save whose reply was lost are saved again": [
      "const { values, metadata } = this.#format.decode(this.#baseBytes);",
      "const { values, metadata } = this.#format.decode(capture.bytes);",
    ],
  }),
  ...mutants("browsers", "protocol/commit.ts", {
    "on another record than the base, the request's own change is applied again": [
      "if (pending && !update && !isRenewed && copy.isBasedOn(present)) {",
      "if (pending && !update && !isRenewed) {",
    ],
    "a save goes on with the session that another request has renewed": [
      "!target.ledOn && leads(tombstone) ? await leadOn(context, tombstone, deadline) : undefined;",
      "undefined;",
    ],
    "a save of a session that has ended is refused": [
      'if (next?.state !== "live") throw gone();',
      'if (next?.state !== "live") return undefined;',
    ],
    "a save that went on with a renewed session does not give its cookie away": [
      'if (committed.outcome === "done") return { ...target, record: committed.record };',
      'if (committed.outcome === "done") return { state: "live", id, record: committed.record };',
    ],
  }),
  ...mutants("browsers", "protocol/destroy.ts", {
    "a logout follows the session over renewals and logins": [
      "current = successorOf(tombstone, following);",
      "current = undefined;",
    ],
    "a logout that arrives later follows renewals only": [
      'return following === "all" || tombstone.kind === "renewed" ? tombstone.to : undefined;',
      "return tombstone.to;",
    ],
    "a logout that had loaded the session alive follows it to a login": [
      'return following === "all" || tombstone.kind === "renewed" ? tombstone.to : undefined;',
      'return tombstone.kind === "renewed" ? tombstone.to : undefined;',
    ],
    "a login that was ended by a guest's logout stays a user's": [
      'owned = tombstone?.kind === "login" || tombstone?.owned === true;',
      "",
    ],
    "a logout that arrives just after a renewal follows it": [
      'return following === "all" || tombstone.kind === "renewed" ? tombstone.to : undefined;',
      'return following === "all" ? tombstone.to : undefined;',
    ],
  }),
  ...mutants("browsers", "protocol/record-steps.ts", {
    "a logout is told": [
      "const ending = { told: true, owned: session.isOwned };",
      "const ending = { told: false, owned: session.isOwned };",
    ],
    "the tombstone of a logout says that the session was a user's": [
      "const ending = { told: true, owned: session.isOwned };",
      "const ending = { told: true, owned: false };",
    ],
    "a touch goes on with the session that another request has renewed": [
      "!live.ledOn && leads(tombstone) ? await leadOn(context, tombstone, deadline) : undefined;",
      "undefined;",
    ],
    "a touch that went on with a renewed session does not give its cookie away": [
      "location.moveTo({ ...next, record: live.record });",
      'location.moveTo({ state: "live", id: next.id, record: live.record });',
    ],
    "a renewal with a change finds its session ended and is refused": [
      "if (pending) throw gone();\n  }\n  return result.outcome",
      "}\n  return result.outcome",
    ],
    "what a request changed is saved when another one has renewed the session": [
      "await save(session, deadline);\n  } else {",
      "} else {",
    ],
  }),
];
