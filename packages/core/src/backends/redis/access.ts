// What sessions need from Redis: the ACL rule that grants it, and commands that check it without leaving a key behind.
import { ConfigError, type RedistoreError, StoreUnavailableError } from "../../errors.ts";
import type { RecordKeys } from "./record-keys.ts";
import { script } from "./scripts.ts";
import { hashTag } from "./transport/cluster/key-slot.ts";
import { refusal, type ServerError } from "./transport/server-error.ts";
import type { Command } from "./transport/transport.ts";

/** Every command that all stores need, and those that some need. */
const COMMANDS =
  "+ping +mget +set +get +del +pttl +pexpire +zadd +zcard +zrange +zrem +zscore +eval +evalsha";
const OPTIONAL_COMMANDS =
  "+scan for counting and listing, +select for another database than 0, +info for withSentinel, +cluster|slots +asking for withCluster";

/** No session has this id: ids are random. */
const CHECK_ID = "redistore-check";

/** Runs each command that the store's scripts run, on both keys of one id, and deletes what it wrote. */
const CHECK = script(`
for index = 1, 2 do
  redis.call('SET', KEYS[index], '', 'PX', 1000)
  redis.call('PEXPIRE', KEYS[index], 1000)
end
redis.call('MGET', KEYS[1], KEYS[2])
for index = 1, 2 do
  redis.call('GET', KEYS[index])
  redis.call('PTTL', KEYS[index])
  redis.call('DEL', KEYS[index])
end
return 0`);

/** The same on the index of a principal. */
const INDEX_CHECK = script(`
redis.call('ZADD', KEYS[1], 0, 'a')
redis.call('PEXPIRE', KEYS[1], 1000)
redis.call('PTTL', KEYS[1])
redis.call('ZCARD', KEYS[1])
redis.call('ZSCORE', KEYS[1], 'a')
redis.call('ZRANGE', KEYS[1], 0, -1)
redis.call('ZREM', KEYS[1], 'a')
return 0`);

/** The commands that show whether sessions can be stored; one is refused if not. Other clients never see the keys. */
export function accessCheck(keys: RecordKeys): readonly Command[] {
  const record = keys.record(CHECK_ID);
  const index = keys.index(CHECK_ID);
  const args = ["2", record, keys.tombstone(record)];
  return [
    // EVALSHA alone would not show whether EVAL is allowed, which is needed after each restart of Redis.
    { name: "eval", args: ["return 0", ...args], key: record, write: false },
    { name: "evalsha", args: [CHECK.sha, ...args], key: record, write: true, script: CHECK.lua },
    {
      name: "evalsha",
      args: [INDEX_CHECK.sha, "1", index],
      key: index,
      write: true,
      script: INDEX_CHECK.lua,
    },
  ];
}

/** The public error for a refusal by Redis of a command on `key`. Nothing was written. */
export function refused(
  error: ServerError,
  address: string,
  keys: RecordKeys,
  key?: string,
): RedistoreError {
  if (error.code === "WRONGTYPE" && key !== undefined && keys.isIndex(key)) {
    return new ConfigError(
      `The key "${key}" at ${address} is no sorted set, so it cannot be the index of a user's sessions: another program has written it. ` +
        "Delete the key. Each session of that user is listed again by its next save.",
      { cause: error },
    );
  }
  if (error.code === "WRONGTYPE") {
    return new ConfigError(
      `A key with the prefix "${keys.prefix}" at ${address} contains no session but a list, hash or set: another program uses this prefix. ` +
        "Give one of the two programs another prefix, with withKeyPrefix.",
      { cause: error },
    );
  }
  const advice = error.code === "NOPERM" ? ` ${aclAdvice(error, keys)}` : "";
  return new StoreUnavailableError(refusal(error, address) + advice, {
    cause: error,
    outcome: "none",
  });
}

/** Redis names the user if a command is forbidden, but not if a key is. */
function aclAdvice({ message }: ServerError, keys: RecordKeys): string {
  const user = /User (\S+) has no permissions/.exec(message)?.[1] ?? "<user>";
  const patterns = [keys.pattern, ...(hashTag(keys.prefix) ? [] : [`{${keys.pattern}}~`])];
  return (
    `${message.replace(/^(NOPERM|ERR) /, "Redis says: ").replace(/ script: .*$/, "")}. Run: ACL SETUSER ${user} ${COMMANDS} ${patterns.map((pattern) => `~${pattern}`).join(" ")} ` +
    `(and ${OPTIONAL_COMMANDS}). Sessions are the keys that begin with the prefix; their tombstones are the keys in braces.`
  );
}
