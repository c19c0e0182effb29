// The time in a cookie: Unix seconds as Go's int64, exact also beyond 2^53.
import { ConfigError } from "../errors.ts";

/** Unix seconds; a bigint where a number would not be exact. */
export type UnixSeconds = number | bigint;

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/**
 * Rounds the time of a clock down to whole seconds, and to the range of an int64.
 *
 * @throws ConfigError if the clock did not return a time: compared with NaN, no cookie would ever expire
 */
export function wholeSeconds(now: UnixSeconds): UnixSeconds {
  if (Number.isSafeInteger(now)) return now;
  if (typeof now === "bigint") return toInt64(now);
  if (typeof now !== "number" || !Number.isFinite(now)) {
    throw new ConfigError(
      `now() returned ${typeof now === "number" ? now : typeof now}, not a time. It has to return Unix seconds, such as Date.now() / 1000.`,
    );
  }
  const seconds = Math.floor(now);
  return Number.isSafeInteger(seconds) ? seconds : toInt64(BigInt(seconds));
}

/** `seconds - age`, exact. */
export function subtract(seconds: UnixSeconds, age: number): UnixSeconds {
  return typeof seconds === "number" ? seconds - age : seconds - BigInt(age);
}

/** Go's `strconv.ParseInt(text, 10, 64)`: a sign and leading zeros are accepted. Undefined where Go returns an error. */
export function parseTimestamp(text: string): UnixSeconds | undefined {
  const digits = /^[+-]?0*(\d*)$/.exec(text)?.[1];
  if (digits === undefined || !/\d$/.test(text)) return undefined;
  // 15 digits always fit a number, 20 never an int64.
  if (digits.length <= 15) return Number(text) + 0; // -0 becomes 0
  if (digits.length > 19) return undefined;
  const exact = BigInt(text);
  return exact === toInt64(exact) ? exact : undefined;
}

function toInt64(value: bigint): bigint {
  if (value > MAX) return MAX;
  return value < MIN ? MIN : value;
}
