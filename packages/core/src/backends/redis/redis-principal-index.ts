// The index of principals in Redis: a sorted set for each principal, which may be on another node than its sessions.
import type { Deadline } from "../deadline.ts";
import type { Admission, Admitted, Bar, Member, PrincipalIndex } from "../principal-index.ts";
import { ADMIT, BAR, DISMISS, MEMBERS } from "./index-scripts.ts";
import type { RecordKeys } from "./record-keys.ts";
import { milliseconds, type RedisCommands } from "./redis-commands.ts";
import { admittedOf, membersOf } from "./replies.ts";

export class RedisPrincipalIndex implements PrincipalIndex {
  readonly #commands: RedisCommands;
  readonly #keys: RecordKeys;

  constructor(commands: RedisCommands, keys: RecordKeys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async admit(principal: string, admission: Admission, deadline: Deadline): Promise<Admitted> {
    const { member, inherits, limit, without, seconds } = admission;
    const { publicId, id, at } = member;
    const args = [
      publicId,
      id,
      String(at),
      inherits === undefined ? "" : textOf({ publicId, id: inherits }),
      limit === Infinity ? "0" : String(limit),
      milliseconds(seconds),
      ...without.map(textOf),
    ];
    const reply = await this.#commands.run(ADMIT, [this.#key(principal)], args, deadline);
    return admittedOf(reply, this.#commands.address);
  }

  async members(principal: string, deadline: Deadline): Promise<readonly Member[]> {
    const reply = await this.#commands.run(MEMBERS, [this.#key(principal)], [], deadline);
    return membersOf(reply, this.#commands.address);
  }

  async bar(
    principal: string,
    { at, except = "", seconds }: Bar,
    deadline: Deadline,
  ): Promise<readonly Member[]> {
    const args = [String(at), except, milliseconds(seconds)];
    const reply = await this.#commands.run(BAR, [this.#key(principal)], args, deadline);
    return membersOf(reply, this.#commands.address);
  }

  async dismiss(principal: string, members: readonly Member[], deadline: Deadline): Promise<void> {
    const args = members.flatMap((member) => [textOf(member), String(member.at)]);
    await this.#commands.run(DISMISS, [this.#key(principal)], args, deadline);
  }

  #key(principal: string): string {
    return this.#keys.index(principal);
  }
}

/** Public ids contain no space. */
function textOf({ publicId, id }: Pick<Member, "publicId" | "id">): string {
  return `${publicId} ${id}`;
}
