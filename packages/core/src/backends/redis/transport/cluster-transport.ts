// A Redis Cluster over one pool per node: each command goes to whoever serves its slot, and follows when the slot moves.
import { setTimeout as delay } from "node:timers/promises";
import type { ClusterOptions, NodeAddress } from "../../../options/connection.ts";
import { Deadline } from "../../deadline.ts";
import { type Identity, label, tcpEndpoint } from "./endpoint.ts";
import { keySlot } from "./key-slot.ts";
import type { Command, Link, Reply, Sender } from "./transport.ts";
import { closed } from "../../closed.ts";
import { unreachable } from "./no-reply.ts";
import { Pool, type PoolLimits } from "./pool.ts";
import { asServerError } from "./server-error.ts";
import { within } from "./within.ts";
import { parseRedirection, parseSlots, type SlotMap } from "./slot-map.ts";

/** More redirections in a row than a cluster in order gives. */
const MAX_REDIRECTIONS = 8;
/** While a slot moves it serves only sessions whose two keys are on one side, and answers TRYAGAIN for the others. */
const TRY_AGAIN_MS = 10;
/** One node gets this long to tell the slots before the next is asked, in seconds. */
const ASK_SECONDS = 0.5;
/** After a failure the map is read again at most this often. */
const REFRESH_EVERY_MS = 100;

export interface ClusterSettings {
  readonly nodes: readonly NodeAddress[];
  readonly options: ClusterOptions;
  readonly identity: Identity;
  readonly limits: PoolLimits;
}

/**
 * A {@link Link} to a cluster. ioredis' own Cluster sends commands again after a lost connection or keeps them in queues; here
 * every node has the deadlines, and the certainty about what was sent, of a single one.
 */
export class ClusterLink implements Link {
  readonly isCluster = true;
  readonly interruptions = 0;
  readonly where: string;
  readonly #settings: ClusterSettings;
  readonly #pools = new Map<string, { readonly address: NodeAddress; readonly pool: Pool }>();
  #map: SlotMap | undefined;
  #refreshing: Promise<SlotMap> | undefined;
  #refreshedAt = -Infinity;
  #closed = false;

  constructor(settings: ClusterSettings) {
    this.#settings = settings;
    this.where = `the cluster of ${settings.nodes.map(label).join(", ")}`;
  }

  async send(command: Command, deadline: Deadline): Promise<Reply> {
    const slot = keySlot(command.key ?? "");
    for (let refusal: unknown; ; await delay(TRY_AGAIN_MS)) {
      if (refusal !== undefined && deadline.remaining() === 0) throw refusal;
      const map = this.#map ?? (await this.#learn(deadline));
      try {
        return await this.#sendBySlot(slot, map, command, deadline);
      } catch (error) {
        if (asServerError(error)?.code !== "TRYAGAIN") throw error;
        // Others have to move the second key first; begin anew then, for by that time the slot may have moved as a whole.
        refusal = error;
      }
    }
  }

  async masters(deadline: Deadline): Promise<readonly Sender[]> {
    const map = await this.#learn(deadline);
    return [...map.masters.values()].map((address) => this.#pool(address));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()));
  }

  /** Sends to whoever serves the slot, and where that one points to. A redirected command was not carried out before. */
  async #sendBySlot(
    slot: number,
    map: SlotMap,
    command: Command,
    deadline: Deadline,
  ): Promise<Reply> {
    let node = map.master(slot);
    let asking = false;
    for (let redirections = 0; ; redirections++) {
      if (this.#closed) throw closed();
      if (!node) throw unreachable(this.where, new Error(`no node serves slot ${slot}`));
      try {
        return await this.#pool(node).send(asking ? { ...command, asking } : command, deadline);
      } catch (error) {
        const refusal = asServerError(error);
        const redirection =
          refusal && parseRedirection(refusal.message, node, this.#settings.options.natMap);
        // A node that is away, or no master any more, may have a successor.
        if (!redirection || refusal.code === "MOVED") this.#refreshSoon();
        if (!redirection || redirections === MAX_REDIRECTIONS) throw error;
        if (refusal.code === "MOVED") map.assign(slot, slot, redirection.to);
        asking = refusal.code === "ASK";
        node = redirection.to;
      }
    }
  }

  /** Reads the map anew; whoever asks meanwhile gets the same. Rejects by the deadline. */
  #learn(deadline: Deadline): Promise<SlotMap> {
    return within(this.#refresh(), deadline, () =>
      unreachable(this.where, new Error("no node told the slots in time")),
    );
  }

  /** Reads the map in the background: what just failed may have a new master. */
  #refreshSoon(): void {
    if (this.#closed || performance.now() - this.#refreshedAt < REFRESH_EVERY_MS) return;
    // The next command that fails asks again, and reports.
    this.#refresh().catch(() => undefined);
  }

  #refresh(): Promise<SlotMap> {
    this.#refreshing ??= this.#askForSlots().finally(() => {
      this.#refreshing = undefined;
      this.#refreshedAt = performance.now();
    });
    return this.#refreshing;
  }

  async #askForSlots(): Promise<SlotMap> {
    const known = [...this.#pools.values()].map(({ address }) => address);
    let failure: unknown;
    if (this.#closed) throw closed();
    for (const node of [...known, ...this.#settings.nodes]) {
      try {
        const command: Command = { name: "cluster", args: ["SLOTS"], write: false };
        const reply = await this.#pool(node).send(command, new Deadline(ASK_SECONDS));
        const map = parseSlots(reply, node, this.#settings.options.natMap);
        if (map.masters.size === 0)
          throw unreachable(label(node), new Error("it belongs to no cluster yet"));
        this.#take(map);
        return map;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #take(map: SlotMap): void {
    this.#map = map;
    for (const [name, { pool }] of this.#pools) {
      if (map.masters.has(name)) continue;
      this.#pools.delete(name);
      void pool.close(() => unreachable(name, new Error("it left the cluster")));
    }
  }

  #pool(address: NodeAddress): Pool {
    const name = label(address);
    let entry = this.#pools.get(name);
    if (!entry) {
      const { identity, limits } = this.#settings;
      entry = { address, pool: new Pool(tcpEndpoint(address, identity), limits) };
      this.#pools.set(name, entry);
    }
    return entry.pool;
  }
}
