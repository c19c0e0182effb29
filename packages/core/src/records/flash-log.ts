// The flash messages that one request added and read, kept as operations so that two requests never undo each other's.
import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../errors.ts";
import type { Values } from "./record-format.ts";

/** gorilla/sessions, sessions.go: flashesKey */
export const DEFAULT_FLASH_KEY = "_flash";

interface Operations {
  /** Whether all that lay there at the last load or save has been read. */
  readonly read: boolean;
  /** What was added since, and not read again. */
  readonly added: readonly unknown[];
}

/** What a request did to one list of flashes: repeatable on any newer state of that list. */
export interface FlashChange {
  readonly removed: readonly unknown[];
  readonly added: readonly unknown[];
}

const NOTHING: Operations = { read: false, added: [] };

/** Adds and reads flashes in `values`, and remembers which of it is not stored yet. */
export class FlashLog {
  readonly #operations = new Map<string, Operations>();

  get isEmpty(): boolean {
    return this.#operations.size === 0;
  }

  /** Keys with operations since the last `clear`. */
  keys(): Iterable<string> {
    return this.#operations.keys();
  }

  /** gorilla/sessions, Session.AddFlash */
  add(values: Values, key: string, flash: unknown): void {
    const { read, added } = this.#operations.get(key) ?? NOTHING;
    values[key] = [...listAt(values, key), flash];
    this.#operations.set(key, { read, added: [...added, flash] });
  }

  /** Everything under `key`, which is empty from then on. gorilla/sessions, Session.Flashes */
  read(values: Values, key: string): unknown[] {
    if (!Object.hasOwn(values, key)) return [];
    const flashes = listAt(values, key);
    delete values[key];
    this.#operations.set(key, { read: true, added: [] });
    return flashes;
  }

  clear(): void {
    this.#operations.clear();
  }

  /**
   * What was done under `key` to the list that was there, in stored form `before` and, now, `after` and `live`; undefined where
   * the list was changed in other ways too, so that adding and reading do not tell it all.
   */
  change(key: string, before: unknown, after: unknown, live: unknown): FlashChange | undefined {
    const operations = this.#operations.get(key);
    if (!operations) return undefined;
    const { read, added } = operations;
    const stored = Array.isArray(before) ? before : [];
    const kept = read ? [] : stored;
    const [afterList, liveList] = [after ?? [], live ?? []];
    if (!Array.isArray(afterList) || !Array.isArray(liveList)) return undefined;
    const explained =
      liveList.length === kept.length + added.length &&
      added.every((flash, index) => liveList[kept.length + index] === flash) &&
      isDeepStrictEqual(afterList.slice(0, kept.length), kept);
    return explained ? { removed: read ? stored : [], added } : undefined;
  }
}

/** Repeats `change` on what lies under `key` now: removes only what had been read, appends what was added. */
export function applyFlashChange(values: Values, key: string, change: FlashChange): void {
  const present = values[key];
  const list: unknown[] = Array.isArray(present) ? [...present] : [];
  for (const flash of change.removed) {
    const index = list.findIndex((other) => isDeepStrictEqual(other, flash));
    if (index >= 0) list.splice(index, 1);
  }
  list.push(...change.added);
  if (list.length > 0) values[key] = list;
  else delete values[key];
}

function listAt(values: Values, key: string): unknown[] {
  const list = values[key] ?? [];
  if (Array.isArray(list)) return list;
  throw new ConfigError(
    `"${key}" holds a value of the session, not flashes. Give the flashes another key.`,
  );
}
