// Mutants of regenerate(): logins, renewals, and what goes along to a new id.
import { type Mutant, mutants } from "./mutant.ts";

export const MOVING: readonly Mutant[] = [
  ...mutants("browsers", "protocol/regenerate/regeneration.ts", {
    "a login has no grace period": ["if (grace && principal !== undefined) {", "if (false) {"],
  }),
  ...mutants("browsers", "protocol/regenerate/kept-content.ts", {
    "the data of one user do not go along to another": [
      "(keep === undefined && present !== undefined && present !== principal)",
      "false",
    ],
    "a login by a request that was led on takes along only what it set": [
      "ledOn !== undefined || (keep",
      "(keep",
    ],
    "the new id of a renewal begins as unused": ["...(grace > 0 && { seen: 0 }),", ""],
    "a login keeps the data of a guest": [
      "const { values, metadata } = keepOnly(content, keep);",
      "const { values, metadata } = keepOnly(content, principal === undefined ? keep : false);",
    ],
  }),
  ...mutants("browsers", "protocol/regenerate/regenerate.ts", {
    "a request that was led on renews nothing": [
      'if (live.ledOn && grace > 0) return { outcome: "led-on", record: live };',
      "",
    ],
    "a regeneration by a request that was led on takes nothing along": [
      "if (live.ledOn && !isLogin && keep !== false) return beginAnew(context, step, deadline);",
      "",
    ],
    "a session that keeps nothing is not named by the tombstone of the old one": [
      "if (keep === false || isOwnOnly(live, step))",
      "if (isOwnOnly(live, step))",
    ],
    "a session that keeps nothing ends the old one": [
      'const ended = await destroyChain(context, live.id, ending, "renewed", deadline);',
      "const ended: string[] = [];",
    ],
    "a session that keeps nothing ends the old one over renewals, not over a login": [
      'const ended = await destroyChain(context, live.id, ending, "renewed", deadline);',
      'const ended = await destroyChain(context, live.id, ending, "all", deadline);',
    ],
    "a session that keeps nothing ends the old one as told": [
      "const ending = { told: true, owned: step.owned };",
      "const ending = { told: false, owned: step.owned };",
    ],
    "a renewal with the id of an ended session begins nothing": [
      'if (step.hasEnded && grace > 0) return { outcome: "ended" };',
      "",
    ],
    "a regeneration with the id of a user's ended session begins nothing": [
      "if (step.owned && principal === undefined && keep !== false) throw userSessionGone();",
      "",
    ],
    "a login with the id of an ended session succeeds": [
      "if (step.owned && principal === undefined && keep !== false) throw userSessionGone();",
      "if (step.owned) throw userSessionGone();",
    ],
    "a guest's regeneration with the id of an ended session succeeds": [
      "if (step.owned && principal === undefined && keep !== false) throw userSessionGone();",
      "if (step.hasEnded && principal === undefined && keep !== false) throw userSessionGone();",
    ],
    "the old record is retired": [
      'if (result.outcome === "done") {',
      'if (result.outcome !== "gone") {',
    ],
    "a write that came in between is merged before the old record is retired": [
      "const rewritten = format.encode(kept.values, kept.metadata);",
      "const rewritten = next.record;",
    ],
    "a login or renewal goes on with the session that another request has renewed": [
      "!old.ledOn && leads(result.tombstone)\n            ? await leadOn(context, result.tombstone, deadline)\n            : undefined;",
      "undefined as LiveRecord | undefined;",
    ],
    "of two renewals the later one drops its own": [
      'if (grace > 0) {\n          await discard(context, next.id, kept.metadata, deadline);\n          return { outcome: "led-on", record: renewed };\n        }',
      "",
    ],
    "two logins at once both succeed": [
      "if (grace === 0 && step.owned && principal === undefined) throw userSessionGone();",
      "if (grace === 0 && step.owned) throw userSessionGone();",
    ],
    "a user's session that ended is not regenerated as a guest's": [
      "if (grace === 0 && step.owned && principal === undefined) throw userSessionGone();",
      "",
    ],
    "a guest whose session ended in between gets a new one": [
      "if (grace === 0 && step.owned && principal === undefined) throw userSessionGone();",
      "if (grace === 0 && principal === undefined) throw userSessionGone();",
    ],
    "a renewal of a session that ended in between begins nothing": [
      "if (grace > 0 || !hasContent(content)) {",
      "if (!hasContent(content)) {",
    ],
    "a session without data is not stored": [
      "if (grace > 0 || !hasContent(content)) {",
      "if (grace > 0) {",
    ],
    "the later of two logins takes along only what it set": [
      "const content = ownOf(live, step);\n  if (grace === 0",
      "const content = knownOf(context.format, live, step);\n  if (grace === 0",
    ],
    "the tombstone of a login is no renewal's": [
      'const kind = principal === undefined ? "renewed" : "login";',
      'const kind = "renewed" as "renewed" | "login";',
    ],
    "the tombstone of a renewal is no login's": [
      'const kind = principal === undefined ? "renewed" : "login";',
      'const kind = "login" as "renewed" | "login";',
    ],
    "the tombstone of a renewal has its grace period": [
      "const successor = { kind, to, grace, told: true, owned } as const;",
      "const successor = { kind, to, grace: 0, told: true, owned } as const;",
    ],
    "a login or regeneration is told": [
      "const successor = { kind, to, grace, told: true, owned } as const;",
      "const successor = { kind, to, grace, told: false, owned } as const;",
    ],
    "the tombstone of a regeneration says that the session was a user's": [
      "const successor = { kind, to, grace, told: true, owned } as const;",
      "const successor = { kind, to, grace, told: true, owned: false } as const;",
    ],
  }),
  ...mutants("browsers", "protocol/create.ts", {
    "the record of a renewal that came too late is deleted": [
      "await context.backend.delete(id, ending, TOMBSTONE_SECONDS, deadline).catch(() => undefined);",
      "",
    ],
  }),
  ...mutants("browsers", "protocol/record-location.ts", {
    "a logout follows only what its request had seen alive": [
      'this.#following = origin.state === "gone" ? "renewed" : "all";',
      'this.#following = "all";',
    ],
    "a request that saw its session alive may end the login after it": [
      'this.#following = origin.state === "gone" ? "renewed" : "all";',
      'this.#following = "renewed";',
    ],
    "whether an ended session was a user's is known when its id arrives": [
      'this.#owned = origin.state === "gone" && origin.owned;',
      "this.#owned = false;",
    ],
  }),
  ...mutants("interleavings", "protocol/regenerate/regenerate.ts", {
    "the new record stays if the reply to the retirement is lost": [
      "if (!(error instanceof StoreUnavailableError))\n      await discard(context, next.id, kept.metadata, deadline);",
      "await discard(context, next.id, kept.metadata, deadline);",
    ],
    "a retirement whose reply was lost is repeated": [
      "return retryUnknown(deadline, () =>\n    backend.retire(old.id, old.record, successor, lifetime, deadline),\n  );",
      'return backend.retire(old.id, old.record, successor, lifetime, deadline).catch(() => ({ outcome: "done" }) as const);',
    ],
  }),
  {
    rule: "the new record is stored before the old one is retired",
    judge: "interleavings",
    edits: [
      {
        file: "protocol/regenerate/regenerate.ts",
        find: "const next = { ...(await createListed(context, begun, deadline)) };",
        replace: "const next = { id: step.given?.id ?? context.newId(), record: begun.record };",
      },
      {
        file: "protocol/regenerate/regenerate.ts",
        find: 'if (result.outcome === "done") {',
        replace:
          'if (result.outcome === "done") await createListed(context, { ...begun, record: next.record, given: { id: next.id } }, deadline);\n      if (result.outcome === "done") {',
      },
      {
        file: "protocol/regenerate/regenerate.ts",
        find: "next.record = await rewrite(context, next, rewritten, seconds, deadline);",
        replace: "next.record = rewritten;",
      },
    ],
  },
];
