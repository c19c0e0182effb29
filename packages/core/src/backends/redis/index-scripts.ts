// The steps on the index of a principal's sessions, each a script over its key: a sorted set of "<public id> <id>" by the time of the login.
import { script, type Script } from "./scripts.ts";

/** The first element of the reply of {@link ADMIT}. */
export const ADMITTED = 0;
export const REFUSED = 1;
export const FULL = 2;

/** The member whose score is the time of the last bar. It contains no space, so it is no session. */
const BAR_MEMBER = "not-before";

const KEEP = `
local function keep(milliseconds)
  if redis.call('PTTL', KEYS[1]) < tonumber(milliseconds) then
    redis.call('PEXPIRE', KEYS[1], milliseconds)
  end
end`;

/**
 * ARGV: public id, id, time of the login; the member that it inherits from, or ''; the limit, or 0; milliseconds; the members to
 * remove. Replies the outcome, and the size or all members with their times.
 */
export const ADMIT: Script = script(`${KEEP}
for index = 7, #ARGV do redis.call('ZREM', KEYS[1], ARGV[index]) end
local at = tonumber(ARGV[3])
local inherited = ARGV[4] ~= '' and redis.call('ZSCORE', KEYS[1], ARGV[4])
if inherited then
  at = math.max(at, tonumber(inherited))
else
  local bar = redis.call('ZSCORE', KEYS[1], '${BAR_MEMBER}')
  if bar and at < tonumber(bar) then return {${REFUSED}} end
end
local limit = tonumber(ARGV[5])
if limit > 0 and redis.call('ZCARD', KEYS[1]) >= limit then
  local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
  local others, count = {}, 0
  for index = 1, #members, 2 do
    local name = string.match(members[index], '^(%S+) ')
    if name and name ~= ARGV[1] and not others[name] then
      others[name] = true
      count = count + 1
    end
  end
  if count >= limit then return {${FULL}, members} end
end
redis.call('ZADD', KEYS[1], string.format('%.17g', at), ARGV[1] .. ' ' .. ARGV[2])
keep(ARGV[6])
local size = redis.call('ZCARD', KEYS[1])
if redis.call('ZSCORE', KEYS[1], '${BAR_MEMBER}') then size = size - 1 end
return {${ADMITTED}, size}`);

/** Replies all members with their times. */
export const MEMBERS: Script = script(`return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')`);

/** ARGV: time, the excepted public id or '', milliseconds. Replies the other members, and their times. */
export const BAR: Script = script(`${KEEP}
local at = tonumber(ARGV[1])
local barred = {}
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for index = 1, #members, 2 do
  local member = members[index]
  local name = string.match(member, '^(%S+) ')
  if name and name ~= ARGV[2] then
    barred[#barred + 1] = member
    barred[#barred + 1] = members[index + 1]
  elseif name and tonumber(members[index + 1]) < at then
    redis.call('ZADD', KEYS[1], ARGV[1], member)
  end
end
local earlier = redis.call('ZSCORE', KEYS[1], '${BAR_MEMBER}')
if not earlier or tonumber(earlier) < at then
  redis.call('ZADD', KEYS[1], ARGV[1], '${BAR_MEMBER}')
end
keep(ARGV[3])
return barred`);

/** ARGV: members and their times in turn. */
export const DISMISS: Script = script(`
for index = 1, #ARGV, 2 do
  local at = redis.call('ZSCORE', KEYS[1], ARGV[index])
  if at and tonumber(at) <= tonumber(ARGV[index + 1]) then redis.call('ZREM', KEYS[1], ARGV[index]) end
end
return ${ADMITTED}`);
