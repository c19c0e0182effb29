// Names the Redis keys: a record, its tombstone in the same slot of a cluster, and the index of a principal.
import { createHash } from "node:crypto";
import { hashTag } from "./transport/cluster/key-slot.ts";

/**
 * Whether a record and its tombstone share a slot of a cluster. The tombstone's key puts braces around the record's whole key, as a
 * hash tag; a "}" within would end the tag early.
 */
export function sharesSlot(prefix: string, id = ""): boolean {
  return hashTag(prefix) !== undefined || !(prefix + id).includes("}");
}

/** The keys under one prefix. */
export class RecordKeys {
  readonly prefix: string;
  readonly #tagged: boolean;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.#tagged = hashTag(prefix) !== undefined;
  }

  /** `prefix + id`, as in Go (boj/redistore, `save`). */
  record(id: string): string {
    return this.prefix + id;
  }

  /** The key of the tombstone beside `record`, itself a key. */
  tombstone(record: string): string {
    return this.#tagged ? `${record}~` : `{${record}}~`;
  }

  /**
   * The key of the index of a principal's sessions. The name is hashed: it may be an address, and keys get into logs. No record and no
   * tombstone ends with two tildes.
   */
  index(principal: string): string {
    const hash = createHash("sha256").update("redistore principal\0").update(principal);
    return `${this.prefix}principal_${hash.digest("base64url")}~~`;
  }

  isIndex(key: string): boolean {
    return key.endsWith("~~");
  }

  /** The SCAN pattern that finds all records. It also finds indexes, and tombstones if the prefix has a hash tag or is empty. */
  get pattern(): string {
    return `${this.prefix.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`;
  }

  /** The id of the record with this key; undefined if it is the key of a tombstone or an index. */
  id(key: string): string | undefined {
    const isOther =
      this.isIndex(key) ||
      (key.endsWith("~") && (this.#tagged || (key.startsWith("{") && key.endsWith("}~"))));
    return isOther ? undefined : key.slice(this.prefix.length);
  }
}
