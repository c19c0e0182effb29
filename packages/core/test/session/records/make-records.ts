// Records over a given backend, as one process has them.
import type { Backend } from "../../../src/backends/backend.ts";
import { newSessionId } from "../../../src/codec/session-id.ts";
import { RecordFormat } from "../../../src/changes/record-format.ts";
import { Records, type RecordsParts } from "../../../src/session/records.ts";
import type { RecordsSettings } from "../../../src/protocol/protocol-context.ts";
import { jsonSerializer } from "../../../src/serializers/json.ts";

type Values = Record<string, unknown>;

/** Records with usual settings. The operation timeout is long, so that waiting steps do not run into it. */
export function makeRecords(
  backend: Backend,
  settings: Partial<RecordsSettings> = {},
  parts: Partial<RecordsParts> = {},
): Records<Values> {
  return new Records<Values>({
    backend,
    format: new RecordFormat(jsonSerializer, 0),
    settings: {
      maxAge: 3600,
      defaultMaxAge: 1200,
      anonymousMaxAge: Infinity,
      absoluteTimeout: Infinity,
      principalOf: undefined,
      renewal: undefined,
      sessionLimit: { limit: Infinity, atLimit: "refuse" },
      operationTimeout: 60,
      concurrency: "merge",
      now: () => Date.now() / 1000,
      ...settings,
    },
    newId: newSessionId,
    ...parts,
  });
}
