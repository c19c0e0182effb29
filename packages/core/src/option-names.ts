// Refuses an option name that does not exist, and proposes the name that was probably meant.
import { ConfigError } from "./errors.ts";

/** With more known names than this, the message lists none of them. */
const MAX_LISTED = 12;

/**
 * Checks that `options` is an object whose own keys are all in `known`.
 *
 * ```ts
 * checkOptionNames("regenerate", options, ["principal", "keep", "grace"]);
 * ```
 *
 * @param by what the object was given to, as the message shall name it: `"withSessionOptions"`
 * @throws ConfigError
 */
export function checkOptionNames(by: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const found = options === null ? "null" : Array.isArray(options) ? "an array" : typeof options;
    throw new ConfigError(`${by} takes an object, not ${found}.${listOf(known)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownOption(by, unknown, known);
}

/** The error for one unknown name, for a caller that checks its options in another way. */
export function unknownOption(by: string, name: string, known: readonly string[]): ConfigError {
  const nearest = nearestName(name, known);
  const proposal = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  return new ConfigError(`${by} has no option ${JSON.stringify(name)}.${proposal}${listOf(known)}`);
}

function listOf(known: readonly string[]): string {
  return known.length > MAX_LISTED ? "" : ` Its options are ${known.join(", ")}.`;
}

/** The known name that differs least; undefined where each differs in more than a third of its letters. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase();
  const [nearest] = known
    .map((each) => ({ each, distance: editDistance(written, each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.ceil(each.length / 3))
    .toSorted((one, other) => one.distance - other.distance);
  return nearest?.each;
}

/** Levenshtein distance: how many letters have to be inserted, deleted or replaced. */
function editDistance(from: string, to: string): number {
  // Too long to be a typing error; comparing it would take quadratic time.
  if (Math.abs(from.length - to.length) > to.length) return Infinity;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let line = 0; line < from.length; line++) {
    const next = [line + 1];
    for (let column = 0; column < to.length; column++) {
      const replaced = (row[column] as number) + (from[line] === to[column] ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] as number) + 1, (next[column] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
