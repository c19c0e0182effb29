// The names of the keys: a record, and its mark in the same slot of a cluster.
import { hashTag } from "./transport/key-slot.ts";

/**
 * Whether a record and its mark lie in one slot of a cluster. Braces of the mark's own make a tag of the record's whole name,
 * but a "}" in that name would end the tag early.
 */
export function sharesSlot(prefix: string, id = ""): boolean {
  return hashTag(prefix) !== undefined || !(prefix + id).includes("}");
}

/** Names the keys under one prefix. */
export class Keys {
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

  mark(record: string): string {
    return this.#tagged ? `${record}~` : `{${record}}~`;
  }

  /** What SCAN has to match to find all records; finds marks too where the prefix has a tag or is empty. */
  get pattern(): string {
    return `${this.prefix.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`;
  }

  /** The id of a record that was found by `pattern`; undefined for a mark. */
  id(key: string): string | undefined {
    const isMark =
      key.endsWith("~") && (this.#tagged || (key.startsWith("{") && key.endsWith("}~")));
    return isMark ? undefined : key.slice(this.prefix.length);
  }
}
