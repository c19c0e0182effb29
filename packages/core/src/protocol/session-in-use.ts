// The session of one request while it is in use: its working copy, where it is stored, and what follows from both.
import type { Resolve } from "../changes/merge.ts";
import type { Metadata } from "../changes/metadata.ts";
import type { Content, Values } from "../changes/record-format.ts";
import type { Capture, WorkingCopy } from "../changes/working-copy.ts";
import { publicIdOf, type SessionEvent } from "../diagnostics.ts";
import { SessionGoneError } from "../errors.ts";
import { lifetimeOf, secondsLeft, withBeginning } from "./lifetime.ts";
import type { LiveRecord } from "./load.ts";
import { withListing } from "./principals/listing.ts";
import { namedPrincipal, withNamed } from "./principals/named.ts";
import type { ProtocolContext } from "./protocol-context.ts";
import type { RecordLocation } from "./record-location.ts";
import { isUnknown } from "./retry-unknown.ts";

/** What the application decides about the saves of one session. Read at each save. */
export interface SaveRules {
  readonly lifetime: number | ((values: Readonly<Values>) => number) | undefined;
  readonly resolve: Resolve | undefined;
  readonly incidentalKeys: readonly string[] | undefined;
}

export class SessionInUse {
  readonly context: ProtocolContext;
  readonly location: RecordLocation;
  readonly copy: WorkingCopy;
  readonly rules: SaveRules;
  /** The principal that the stored values name. */
  #named: string | undefined;

  constructor(
    context: ProtocolContext,
    location: RecordLocation,
    copy: WorkingCopy,
    rules: SaveRules,
  ) {
    this.context = context;
    this.location = location;
    this.copy = copy;
    this.rules = rules;
    this.noteNamed();
  }

  /** Names the session where it must not be loaded. Empty while nothing is stored. */
  get publicId(): string {
    const { publicId } = this.copy.metadata;
    const { lastId } = this.location;
    return lastId && publicId !== undefined ? publicId : publicIdOf(lastId);
  }

  /** What events say of the session. */
  get event(): SessionEvent {
    const { publicId } = this;
    return { publicId, principal: this.copy.metadata.principal };
  }

  /** Whether the session, or the one that ended, belongs to a principal. */
  get isOwned(): boolean {
    const { state, wasOwned } = this.location;
    return state === "live" ? this.copy.metadata.principal !== undefined : wasOwned;
  }

  /** The lifetime of a record with this content; after a merge, another request's maxAge may apply. */
  seconds({ values, metadata }: Content = this.copy): number {
    const { settings } = this.context;
    const { lifetime } = this.rules;
    const given = typeof lifetime === "function" ? lifetime(values) : lifetime;
    return Math.min(lifetimeOf(settings, metadata, given), secondsLeft(settings, metadata));
  }

  /** The metadata to store: with the principal that the values name, the beginning, and the note of the index. */
  completed(): Metadata {
    const { settings } = this.context;
    const { values, metadata } = this.copy;
    const named = withNamed(settings, metadata, this.#named, namedPrincipal(settings, values));
    return this.withListing({ values, metadata: withBeginning(settings, named) });
  }

  withListing(content: Content): Metadata {
    return withListing(this.context.settings, content.metadata, this.seconds(content));
  }

  /** Notes which principal the values name, after they were stored or loaded. */
  noteNamed(): void {
    this.#named = namedPrincipal(this.context.settings, this.copy.values);
  }

  /** The values are stored in `live` now. */
  moveTo(live: LiveRecord): void {
    this.location.moveTo(live);
    this.noteNamed();
  }

  /** Notes what a failed write of `capture` says about the record. */
  noteFailure(error: unknown, capture: Capture): never {
    if (isUnknown(error)) this.copy.settleUnknown(capture);
    return this.noteGone(error);
  }

  noteGone(error: unknown): never {
    if (error instanceof SessionGoneError) this.location.markGone(this.isOwned);
    throw error;
  }
}
