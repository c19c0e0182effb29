// Where the session of one request is stored, and whether it still is.
import type { GivenId } from "./create.ts";
import type { Following } from "./destroy.ts";
import type { LiveRecord } from "./load.ts";

/**
 * `new`: nothing is stored, and nothing will be before there is data. `live`: the session is stored. `gone`: it ended a moment ago, by the
 * browser itself or while this request used it; nothing can be stored in it, and `regenerate` begins a new one.
 */
export type RecordState = "new" | "live" | "gone";

/** How a session was found, or made. */
export type Origin =
  | LiveRecord
  /** `owned`: the session belonged to a principal. */
  | { readonly state: "gone"; readonly id: string; readonly owned: boolean }
  /** `id`: the id under which to create it, if the caller chooses one. */
  | { readonly state: "new"; readonly id?: string | undefined };

export class RecordLocation {
  readonly #newId: () => string;
  #state: RecordState;
  #live: LiveRecord | undefined;
  /** The id where the session is, or was, stored; or the one chosen for it. Empty if there is none. */
  #id: string;
  /** The id that was read before anything was stored under it. */
  #reserved: string | undefined;
  /** A create under the id had no reply: it may still be carried out. */
  #isUncertain = false;
  #owned: boolean;
  #following: Following;

  constructor(newId: () => string, origin: Origin) {
    this.#newId = newId;
    this.#state = origin.state;
    this.#live = origin.state === "live" ? origin : undefined;
    this.#id = origin.id ?? "";
    this.#owned = origin.state === "gone" && origin.owned;
    this.#following = origin.state === "gone" ? "renewed" : "all";
  }

  get state(): RecordState {
    return this.#state;
  }

  /** The stored record; undefined if nothing is stored. */
  get live(): LiveRecord | undefined {
    return this.#live;
  }

  /** Empty if nothing is stored. */
  get storedId(): string {
    return this.#live?.id ?? "";
  }

  /** The id where the session is stored, or was before it ended. Empty if it never was. */
  get lastId(): string {
    return this.#state === "new" ? "" : this.#id;
  }

  /** The id where the session is stored, or will be. The first read reserves a fresh id; that sends and stores nothing. */
  get id(): string {
    if (this.#state !== "gone" && this.#id) return this.#id;
    return (this.#reserved ??= this.#newId());
  }

  /** Whether the session that ended belonged to a principal. */
  get wasOwned(): boolean {
    return this.#owned;
  }

  /** What a destroy has to end; undefined if there is nothing that could be stored. */
  get destroyable(): { readonly id: string; readonly following: Following } | undefined {
    return this.#id ? { id: this.#id, following: this.#following } : undefined;
  }

  /** The id to create the session under, if it was chosen, or read: code has named the session by it already, so it stays. */
  takeId(): GivenId | undefined {
    this.#id ||= this.#reserved ?? "";
    return this.#id ? { id: this.#id, isUncertain: this.#isUncertain } : undefined;
  }

  /** A create under the id that was taken had no reply. */
  markUncertain(): void {
    this.#isUncertain = true;
  }

  /** The session is stored here now. */
  moveTo(live: LiveRecord): void {
    this.#state = "live";
    this.#live = live;
    this.#id = live.id;
    this.#reserved = undefined;
    this.#isUncertain = false;
    this.#following = "all";
  }

  /** Nothing is stored any more; a new session may be created, under `id` if it is given. */
  leave(id = ""): void {
    this.#state = "new";
    this.#live = undefined;
    this.#id = id;
    this.#reserved = undefined;
    this.#isUncertain = false;
  }

  /** The session has ended. `owned`: it belonged to a principal. */
  markGone(owned: boolean): void {
    this.#state = "gone";
    this.#live = undefined;
    this.#reserved = undefined;
    this.#owned = owned;
  }
}
