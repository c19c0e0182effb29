// Refuses options that do not exist, so that a misspelled one is not ignored.

/** @throws TypeError that lists the known names. `by` says what takes the options: `"gobSerializer"`. */
export function checkOptionNames(by: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(
      `${by} has no option ${JSON.stringify(unknown)}. Its options are ${known.join(", ")}.`,
    );
}

/** @throws TypeError that lists the allowed values. */
export function checkOptionValue(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new TypeError(
      `${name} must be ${allowed.map((each) => JSON.stringify(each)).join(" or ")}`,
    );
}
