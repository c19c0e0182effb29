// What JSON.stringify would drop or change in silence, found before it can.
import { types } from "node:util";

/** Written no deeper than this: what is compared later, by node:util, must not exhaust the stack there. */
const MAX_DEPTH = 1000;

/** One value that JSON cannot hold. */
interface Lost {
  readonly path: (string | number)[];
  readonly what: string;
}

/** What was found in some values: the first one that would be lost, and whether there is a -0, which needs care. */
export interface Inspection {
  lost: Lost | undefined;
  negativeZero: boolean;
}

/** Looks at all of `values`. */
export function inspectForJson(values: object): Inspection {
  const inspection: Inspection = { lost: undefined, negativeZero: false };
  inspection.lost = lostBelow(values, 1, inspection);
  return inspection;
}

// The path is put together on the way back from a find: the usual walk, which finds nothing, allocates nothing.
function lostBelow(parent: object, depth: number, inspection: Inspection): Lost | undefined {
  if (depth > MAX_DEPTH) return { path: [], what: `cycles, nor nesting over ${MAX_DEPTH} levels` };
  if (Array.isArray(parent)) {
    for (let index = 0; index < parent.length; index++) {
      const lost = lostIn(parent[index], index, depth, inspection);
      if (lost) return lost;
    }
    return undefined;
  }
  for (const key of Object.keys(parent)) {
    const lost = lostIn((parent as Record<string, unknown>)[key], key, depth, inspection);
    if (lost) return lost;
  }
  return undefined;
}

function lostIn(
  value: unknown,
  key: string | number,
  depth: number,
  inspection: Inspection,
): Lost | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return undefined;
    case "number":
      if (value === 0 && Object.is(value, -0)) inspection.negativeZero = true;
      return Number.isFinite(value) ? undefined : { path: [key], what: String(value) };
    case "object": {
      if (value === null) return undefined;
      const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
      if (!plain && isUnholdable(value)) return { path: [key], what: kindOf(value) };
      if (typeof (value as { toJSON?: unknown }).toJSON === "function") return undefined;
      const lost = lostBelow(value, depth + 1, inspection);
      lost?.path.unshift(key);
      return lost;
    }
    default:
      return { path: [key], what: typeof value };
  }
}

/** Objects whose content is not in their properties, of which JSON makes `{}`, or something that does not come back. */
function isUnholdable(value: object): boolean {
  if (types.isDate(value)) return Number.isNaN(value.getTime());
  if (ArrayBuffer.isView(value)) return true; // Buffer has a toJSON, but nothing that reads it back.
  if (types.isNativeError(value)) return !("toJSON" in value);
  return (
    types.isMap(value) ||
    types.isSet(value) ||
    types.isPromise(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value)
  );
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
