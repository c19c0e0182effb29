// Mutants of the scripts that are the backend's steps in Redis.
import { type Mutant, mutants } from "./mutant.ts";

export const SCRIPTS: readonly Mutant[] = mutants("contract", "backends/redis/scripts.ts", {
  "a touch raises nothing beside a tombstone": [
    "if found[1] and not found[2] then\n  local left",
    "if found[1] then\n  local left",
  ],
  "a touch only raises an expiry": [
    "if left >= 0 and left < tonumber(ARGV[1]) then",
    "if left >= 0 then",
  ],
  "nothing is created over a record": [
    "if found[1] or found[2] then return",
    "if found[2] then return",
  ],
  "nothing is created beside a tombstone": [
    "if found[1] or found[2] then return",
    "if found[1] then return",
  ],
  "nothing is replaced beside a tombstone, whatever another program wrote there": [
    "if tombstone then return {${GONE}, tombstone} end\nlocal present",
    "local present",
  ],
  "a record that is gone is not replaced": [
    "if not present then return {${GONE}} end\nif ARGV[3]",
    "if ARGV[3] and present",
  ],
  "a record is replaced only if it is what the writer knows": [
    "if ARGV[3] and present ~= ARGV[3] then return {${CHANGED}, present} end",
    "",
  ],
  "a repeated retirement knows its own tombstone": [
    "if string.match(tombstone, '^' .. ARGV[2] .. words .. '(.+)$') == ARGV[5] then return ${DONE} end",
    "",
  ],
  "a retirement takes another successor's tombstone for none of its own": [
    "if string.match(tombstone, '^' .. ARGV[2] .. words .. '(.+)$') == ARGV[5] then",
    "if string.match(tombstone, '^' .. ARGV[2] .. words .. '(.+)$') then",
  ],
  "nothing is retired beside a tombstone": ["  return {${GONE}, tombstone}\nend", "end"],
  "a record is retired only if it is what the new one was made of": [
    "if present ~= ARGV[1] then return {${CHANGED}, present} end",
    "",
  ],
  "a retired record is deleted": ["redis.call('DEL', KEYS[1])\n${NOW}", "${NOW}"],
  "a deletion leaves the tombstone that is there": [
    "if deleted == 1 and not tombstone then",
    "if deleted == 1 then",
  ],
  "a deletion of nothing leaves no tombstone": [
    "if deleted == 1 and not tombstone then",
    "if not tombstone then",
  ],
  "a deletion leaves a tombstone": ["if deleted == 1 and not tombstone then", "if false then"],
  "a tombstone is dated by the clock of Redis": [
    "local at = 9999999999999 - redis.call('PTTL', KEYS[2])",
    "local at = 0",
  ],
});
