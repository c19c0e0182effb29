// The test vectors that Go wrote.
import { readFileSync } from "node:fs";
import type { Typed } from "./typed-json.ts";

export interface Vector {
  case: string;
  kind: "roundtrip" | "encode-error" | "decode-only";
  input?: { values: Typed; firstId?: number; warm?: Typed[] };
  oneOrder?: boolean;
  b64?: string;
  expect: { values?: Typed; error?: string };
}

const file = new URL("../testdata/gob.json", import.meta.url);

export const vectors: readonly Vector[] = (
  JSON.parse(readFileSync(file, "utf8")) as { cases: Vector[] }
).cases;

/** The streams to mutate. Long ones are left out, because most mutations would only hit their strings. */
export function mutationSeeds(): Buffer[] {
  return vectors
    .map(({ b64 }) => Buffer.from(b64 ?? "", "base64"))
    .filter(({ length }) => length > 0 && length < 3000);
}
