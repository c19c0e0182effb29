// The steps of the save protocol that take more than one command, each a script over the two keys of one id.
import { createHash } from "node:crypto";

/**
 * A Lua script. KEYS[1] is the record, KEYS[2] its tombstone. Each command in it is for one of them: while a cluster migrates their slot, the
 * new node refuses a command for both if one of them does not exist.
 */
export interface Script {
  readonly lua: string;
  /** The name by which EVALSHA calls it. */
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** The reply of {@link CREATE}, {@link REPLACE} and {@link RETIRE} when the write was done. */
export const DONE = 0;
/** The first element of the reply when it was not done. */
export const CHANGED = 1;
export const GONE = 2;

/**
 * Redis' own clock in Unix seconds, so that tombstones of all clients are dated by one clock. TIME would say it, too, but needs a right that
 * +@read, +@write and +@scripting do not give. So the key of the tombstone, which is written next, first gets a known end (the year 2286).
 * After the DEL: once a script has written, it is not refused for lack of memory any more.
 */
const NOW = `redis.call('SET', KEYS[2], '', 'PXAT', '9999999999999')
local at = 9999999999999 - redis.call('PTTL', KEYS[2])
local now = string.format('%d.%03d', math.floor(at / 1000), at % 1000)`;

/** As MGET for both keys. A GET would fail at a key of another type. */
const FOUND = "{redis.call('MGET', KEYS[1])[1], redis.call('MGET', KEYS[2])[1]}";

/** ARGV: milliseconds. Redis 6.2 has no PEXPIRE GT. A record without expiry, written by another program, keeps none. */
export const TOUCH: Script = script(`
local found = ${FOUND}
if found[1] and not found[2] then
  local left = redis.call('PTTL', KEYS[1])
  if left >= 0 and left < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
end
return found`);

/**
 * ARGV: the numbers of an `Activity`, '' for `every` if there is none. Finds the fields as `lifetimeFieldsIn` does, and moves the expiry as `movedBy`
 * says. Replies as {@link INSPECT}.
 */
export const ROLL: Script = script(String.raw`
local record = redis.call('GET', KEYS[1])
local tombstone = redis.call('GET', KEYS[2])
local left = redis.call('PTTL', KEYS[1])
if not record or tombstone or left < 0 then return {record, tombstone, left} end
local fields = string.match(record, '.*_redistore(.*)$') or ''
local function number(pattern) return tonumber(string.match(fields, '.*' .. pattern)) end
local lifetime = number('maxAge\\*":(%d+)') or tonumber(ARGV[1])
if lifetime == 0 then lifetime = tonumber(ARGV[2]) end
if not string.find(fields, 'principal\\*":') then lifetime = math.min(lifetime, tonumber(ARGV[3])) end
local seconds = lifetime
local start = number('authenticated\\*":([%d.]+)') or number('created\\*":([%d.]+)')
if start then seconds = math.min(seconds, start + tonumber(ARGV[4]) - tonumber(ARGV[6])) end
local least = (tonumber(ARGV[5]) or lifetime / 10) / 2
local milliseconds = math.max(1, math.ceil(seconds * 1000))
if milliseconds > left and seconds - left / 1000 >= least then
  redis.call('PEXPIRE', KEYS[1], string.format('%d', milliseconds))
  left = milliseconds
end
return {record, tombstone, left}`);

/** Replies the record, its tombstone, and the milliseconds until the record expires. */
export const INSPECT: Script = script(`
local found = ${FOUND}
return {found[1], found[2], redis.call('PTTL', KEYS[1])}`);

/** ARGV: record, milliseconds. A create that is delivered late must not bring a session back that has ended since. */
export const CREATE: Script = script(`
local found = ${FOUND}
if found[1] or found[2] then return ${CHANGED} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ${DONE}`);

/** ARGV: new record, milliseconds, and the expected record if there is one. The tombstone comes first: Go may have written after it. */
export const REPLACE: Script = script(`
local tombstone = redis.call('GET', KEYS[2])
if tombstone then return {${GONE}, tombstone} end
local present = redis.call('GET', KEYS[1])
if not present then return {${GONE}} end
if ARGV[3] and present ~= ARGV[3] then return {${CHANGED}, present} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ${DONE}`);

/**
 * ARGV: expected record; kind of the tombstone, its words after the time, its milliseconds; the id of the successor. A repeated step knows
 * its own tombstone by kind and id, since the time differs.
 */
export const RETIRE: Script = script(`
local tombstone = redis.call('GET', KEYS[2])
if tombstone then
  local words = ARGV[2] == 'login' and ' %S+ %S+ ' or ' %S+ %S+ %S+ '
  if string.match(tombstone, '^' .. ARGV[2] .. words .. '(.+)$') == ARGV[5] then return ${DONE} end
  return {${GONE}, tombstone}
end
local present = redis.call('GET', KEYS[1])
if not present then return {${GONE}} end
if present ~= ARGV[1] then return {${CHANGED}, present} end
redis.call('DEL', KEYS[1])
${NOW}
redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. now .. ' ' .. ARGV[3], 'PX', ARGV[4])
return ${DONE}`);

/** ARGV: flags of the tombstone, its milliseconds. Replies the number of deleted records, and the tombstone that was there. */
export const DELETE: Script = script(`
local tombstone = redis.call('GET', KEYS[2])
local deleted = redis.call('DEL', KEYS[1])
if deleted == 1 and not tombstone then
  ${NOW}
  redis.call('SET', KEYS[2], 'ended ' .. now .. ' ' .. ARGV[1], 'PX', ARGV[2])
end
return {deleted, tombstone}`);
