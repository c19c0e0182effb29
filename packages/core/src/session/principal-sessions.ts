// The sessions of one user: for a list of the user's devices, and to log the user out everywhere.
import { checkOptionNames } from "../option-names.ts";
import type { Values } from "../changes/record-format.ts";
import { ConfigError } from "../errors.ts";
import { endAllSessions, endSession } from "../protocol/principals/ending.ts";
import { liveMembers, type InspectedMember } from "../protocol/principals/members.ts";
import { checkPrincipal } from "../protocol/principals/named.ts";
import { lifetimeOf } from "../protocol/lifetime.ts";
import type { ProtocolContext } from "../protocol/protocol-context.ts";

/** Decides the lifetime of a session by its values, in seconds, as `SessionRecord.lifetime` does. */
export type HostLifetime = (values: Readonly<Values>) => number;

/** One session in the list of a user's sessions. */
export interface ListedSession {
  /** Names the session to the user and to `destroy`: no session can be loaded with it. The same as `session.publicId`. */
  readonly publicId: string;
  /** The words given to `regenerate`. */
  readonly label: string | undefined;
  /** When the session began. */
  readonly createdAt: Date | undefined;
  /** When the user logged in. Undefined if the session was stored before this library knew whose it is. */
  readonly authenticatedAt: Date | undefined;
  /**
   * When the expiry of the session was last moved, which a save does, and activity if it is to. In the last `maxAge` before an absolute timeout
   * it may be later than this shows. Undefined if the record cannot be read, or has no expiry.
   */
  readonly lastSeenAt: Date | undefined;
}

/**
 * The sessions that `regenerate({ principal })` or `withPrincipal` made this user's. A session that was stored before, by Go or by an
 * earlier version, is listed from its next save on.
 *
 * All methods reject with StoreUnavailableError if the backend does.
 *
 * ```ts
 * await store.principal(user.id).destroyAll({ except: session.publicId });
 * ```
 */
export class PrincipalSessions {
  readonly #context: ProtocolContext;
  readonly #principal: string;
  readonly #lifetime: HostLifetime | undefined;

  /** @internal Use `store.principal` or `records.principal`. */
  constructor(context: ProtocolContext, principal: string, lifetime?: HostLifetime) {
    checkPrincipal("The principal", principal);
    this.#context = context;
    this.#principal = principal;
    this.#lifetime = lifetime;
  }

  /** The user's live sessions, the earliest login first. Costs one command, and one for each session. */
  async sessions(): Promise<readonly ListedSession[]> {
    const members = await this.#live();
    return members.map((each) => this.#listed(each));
  }

  /** The number of the user's live sessions. Costs the same as `sessions`. */
  async count(): Promise<number> {
    return (await this.#live()).length;
  }

  /**
   * Ends the session with this public id, if it is the user's. Resolves with whether there was one. Its browser is a guest with its next
   * request.
   */
  async destroy(publicId: string): Promise<boolean> {
    if (typeof publicId !== "string") {
      throw new ConfigError(`destroy takes a public id, a string, not ${typeof publicId}.`);
    }
    return endSession(this.#context, this.#principal, publicId);
  }

  /**
   * Ends all sessions of the user. A login that had begun before and is stored later is refused with `SessionGoneError`. Resolves with the number
   * of sessions that ended.
   *
   * @param options.except the public id of a session that stays, such as `session.publicId` of the request
   */
  async destroyAll(options: { readonly except?: string | undefined } = {}): Promise<number> {
    checkOptionNames("destroyAll", options, ["except"]);
    const { except } = options;
    if (except !== undefined && (typeof except !== "string" || except === "")) {
      throw new ConfigError(
        `destroyAll: except is ${except === "" ? "empty" : typeof except}. It takes the public id of a session that is stored: session.publicId.`,
      );
    }
    return endAllSessions(this.#context, this.#principal, except);
  }

  /** While a session gets a new id, it may be listed under both; the later one counts. */
  async #live(): Promise<readonly InspectedMember[]> {
    const members = await liveMembers(this.#context, this.#principal, this.#context.deadline());
    return [...new Map(members.map((each) => [each.member.publicId, each])).values()];
  }

  #listed(session: InspectedMember): ListedSession {
    const { created, authenticated, label } = session.content?.metadata ?? {};
    return {
      publicId: session.member.publicId,
      label,
      createdAt: dateOf(created),
      authenticatedAt: dateOf(authenticated),
      lastSeenAt: dateOf(this.#lastSeen(session)),
    };
  }

  /** The time from which the record's lifetime runs. */
  #lastSeen({ content, entry: { secondsLeft = Infinity } }: InspectedMember): number | undefined {
    if (!content || secondsLeft === Infinity) return undefined;
    const { settings } = this.#context;
    const { values, metadata } = content;
    const lifetime = lifetimeOf(settings, metadata, this.#lifetime?.(values));
    const moved = settings.now() + secondsLeft - lifetime;
    return Math.max(moved, metadata.authenticated ?? metadata.created ?? 0);
  }
}

function dateOf(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}
