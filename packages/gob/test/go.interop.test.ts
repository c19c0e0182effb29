// Random sessions both ways between this package and the GobSerializer of boj/redistore in Go.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { buildGoProgram } from "../../../test/interop/go-program.ts";
import { SeededRandom } from "../../../test/seeded-random.ts";
import { TypeIds, gobSerializer } from "../src/index.ts";
import { RandomTyped } from "./random-typed.ts";
import { type Typed, canonical, sessionFrom, typedSession } from "./typed-json.ts";
import { vectorRegistry } from "./vector-registry.ts";

interface Answer {
  b64?: string;
  values?: Typed;
  error?: string;
}

type Question = { encode: Typed } | { decode: string };

const SESSIONS = 1000;
const program = buildGoProgram("gob");
const registry = vectorRegistry();

function askGo(questions: readonly Question[]): Answer[] {
  if (!("path" in program)) throw new Error(program.missing);
  const input = questions.map((question) => JSON.stringify(question)).join("\n");
  const { stdout, stderr, status } = spawnSync(program.path, {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`the Go program failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

const read = (b64: string): Record<string, unknown> =>
  gobSerializer({ registry }).deserialize(Buffer.from(b64, "base64")) as Record<string, unknown>;
const typed = (values: Record<string, unknown>): string =>
  canonical(typedSession(values, registry));
const base64 = (bytes: Uint8Array | string): string =>
  Buffer.from(bytes as Uint8Array).toString("base64");

describe.skipIf("missing" in program)("Go's own GobSerializer", () => {
  it("agrees about sessions of any shape, whoever writes them", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, any maps"), { mapEntries: 4 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const questions: Question[] = [];
    for (const [index, answer] of fromGo.entries()) {
      expect(answer.error).toBeUndefined();
      const wanted = canonical(answer.values as Typed);
      const values = read(answer.b64 as string);
      expect(typed(values)).toBe(wanted);
      const serializer = gobSerializer({ registry });
      questions.push({
        decode: base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry))),
      });
      questions.push({ decode: base64(serializer.serialize(values)) });
    }
    for (const [index, answer] of askGo(questions).entries()) {
      expect(answer.error).toBeUndefined();
      expect(canonical(answer.values as Typed)).toBe(
        canonical(fromGo[index >> 1]?.values as Typed),
      );
    }
  }, 120_000);

  it("writes the same bytes, where no map leaves a choice, for as long as a process lives", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, one order"), { mapEntries: 1 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const serializer = gobSerializer({ registry, typeIds: new TypeIds(65) });
    for (const [index, answer] of fromGo.entries()) {
      expect(base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry)))).toBe(
        answer.b64,
      );
      expect(base64(serializer.serialize(read(answer.b64 as string)))).toBe(answer.b64);
    }
  }, 120_000);
});
