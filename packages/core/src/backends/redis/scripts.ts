// The steps of the save protocol that take more than one command, each a script that touches the two keys of one id.
import { createHash } from "node:crypto";

/** A Lua script. KEYS[1] is always the record, KEYS[2] its mark. */
export interface Script {
  readonly lua: string;
  /** What EVALSHA calls it by. */
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** The reply of {@link REPLACE} and {@link RETIRE} that have done it. */
export const DONE = 0;
/** First of their reply that say why not. */
export const CHANGED = 1;
export const GONE = 2;

/** ARGV: milliseconds. Redis 6.2 has no PEXPIRE GT. A record without expiry (another program's) keeps none. */
export const TOUCH: Script = script(`
local found = redis.call('MGET', KEYS[1], KEYS[2])
if found[1] and not found[2] then
  local left = redis.call('PTTL', KEYS[1])
  if left >= 0 and left < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
end
return found`);

/** ARGV: new record, milliseconds, and the expected record where one is expected. A mark rules: Go may have written after it. */
export const REPLACE: Script = script(`
local mark = redis.call('GET', KEYS[2])
if mark then return {${GONE}, mark} end
local present = redis.call('GET', KEYS[1])
if not present then return {${GONE}} end
if ARGV[3] and present ~= ARGV[3] then return {${CHANGED}, present} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ${DONE}`);

/** ARGV: expected record, mark, milliseconds of the mark. */
export const RETIRE: Script = script(`
local mark = redis.call('GET', KEYS[2])
if mark == ARGV[2] then return ${DONE} end
if mark then return {${GONE}, mark} end
local present = redis.call('GET', KEYS[1])
if not present then return {${GONE}} end
if present ~= ARGV[1] then return {${CHANGED}, present} end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return ${DONE}`);

/** ARGV: dead mark, its milliseconds. Replies how many records were deleted, and the mark that was there. */
export const DELETE: Script = script(`
local mark = redis.call('GET', KEYS[2])
local deleted = redis.call('DEL', KEYS[1])
if deleted == 1 and not mark then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
return {deleted, mark}`);
