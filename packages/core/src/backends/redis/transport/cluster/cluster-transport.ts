// A Redis Cluster over one pool per node: sends each command to the node that serves its slot, and follows a slot that moves.
import { setTimeout as delay } from "node:timers/promises";
import type { ClusterOptions, Identity, NodeAddress } from "../../../../options/connection.ts";
import { closed } from "../../../closed.ts";
import { Deadline } from "../../../deadline.ts";
import { label, tcpEndpoint } from "../endpoint.ts";
import { keySlot } from "./key-slot.ts";
import { unreachable } from "../no-reply.ts";
import { Pool, type PoolLimits } from "../pool.ts";
import { asServerError } from "../server-error.ts";
import { getEach, isSplit, namingOneKey, TOO_LATE_MS, TRY_AGAIN_MS } from "./split-session.ts";
import { parseRedirection, parseSlots, type SlotMap } from "./slot-map.ts";
import type { Command, CommandTarget, Reply, Transport } from "../transport.ts";
import { within } from "../waiters.ts";

/** More consecutive redirections than a healthy cluster gives. */
const MAX_REDIRECTIONS = 8;
/** Seconds that one node has for its reply to CLUSTER SLOTS before the next node is asked. */
const ASK_SECONDS = 0.5;
/** After a failure the slots are read again at most this often. */
const REFRESH_EVERY_MS = 100;

export interface ClusterSettings {
  readonly nodes: readonly NodeAddress[];
  readonly options: ClusterOptions;
  readonly identity: Identity;
  readonly limits: PoolLimits;
}

/**
 * A {@link Transport} to a cluster. ioredis' own Cluster queues commands, and sends them again after a lost connection. Here each
 * node has the deadlines of a single one, and the same certainty about what was sent.
 */
export class ClusterTransport implements Transport {
  readonly isCluster = true;
  readonly resendCount = 0;
  readonly address: string;
  readonly #settings: ClusterSettings;
  readonly #pools = new Map<string, { readonly node: NodeAddress; readonly pool: Pool }>();
  #map: SlotMap | undefined;
  #refreshing: Promise<SlotMap> | undefined;
  #refreshedAt = -Infinity;
  #closed = false;

  constructor(settings: ClusterSettings) {
    this.#settings = settings;
    this.address = `the cluster of ${settings.nodes.map(label).join(", ")}`;
  }

  async send(command: Command, deadline: Deadline): Promise<Reply> {
    const slot = keySlot(command.key ?? "");
    for (let refusal: unknown; ; await delay(TRY_AGAIN_MS)) {
      if (refusal !== undefined && deadline.remaining() < TOO_LATE_MS) throw refusal;
      const map = this.#map ?? (await this.#learnSlots(deadline));
      try {
        return await this.#sendBySlot(slot, map, command, deadline);
      } catch (error) {
        if (!isSplit(error)) throw error;
        if (command.name === "mget")
          return getEach(command, (get) => this.#sendBySlot(slot, map, get, deadline));
        // The session is still to be migrated. Start over: by then it, or the whole slot, may have moved.
        refusal = error;
      }
    }
  }

  async masters(deadline: Deadline): Promise<readonly CommandTarget[]> {
    const map = await this.#learnSlots(deadline);
    return [...map.masters.values()].map((node) => this.#pool(node));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()));
  }

  /** Sends to the node that serves the slot, and follows redirections. A node that redirects did not run the command. */
  async #sendBySlot(
    slot: number,
    map: SlotMap,
    command: Command,
    deadline: Deadline,
  ): Promise<Reply> {
    let node = map.master(slot);
    let asking = false;
    let sent = command;
    for (let redirections = 0; ; redirections++) {
      if (this.#closed) throw closed();
      if (!node) throw unreachable(this.address, new Error(`no node serves slot ${slot}`));
      try {
        return await this.#pool(node).send(asking ? { ...sent, asking } : sent, deadline);
      } catch (error) {
        const refusal = asServerError(error);
        if (isSplit(error) && asking && sent === command && command.script) {
          sent = namingOneKey(command, command.script);
          continue;
        }
        const redirection =
          refusal && parseRedirection(refusal.message, node, this.#settings.options.natMap);
        // The node is away or is not a master any more: it may have a successor.
        if (!redirection || refusal.code === "MOVED") this.#refreshInBackground();
        if (!redirection || redirections === MAX_REDIRECTIONS) throw error;
        if (refusal.code === "MOVED") map.assign(slot, slot, redirection.to);
        asking = refusal.code === "ASK";
        sent = command;
        node = redirection.to;
      }
    }
  }

  /** Reads the slots again. Concurrent callers share one refresh. Rejects by the deadline. */
  #learnSlots(deadline: Deadline): Promise<SlotMap> {
    return within(this.#refresh(), deadline, () =>
      unreachable(this.address, new Error("no node replied to CLUSTER SLOTS in time")),
    );
  }

  #refreshInBackground(): void {
    if (this.#closed || performance.now() - this.#refreshedAt < REFRESH_EVERY_MS) return;
    // A failure is not lost: the next command that fails refreshes again, and reports.
    this.#refresh().catch(() => undefined);
  }

  #refresh(): Promise<SlotMap> {
    this.#refreshing ??= this.#readSlots().finally(() => {
      this.#refreshing = undefined;
      this.#refreshedAt = performance.now();
    });
    return this.#refreshing;
  }

  async #readSlots(): Promise<SlotMap> {
    const known = [...this.#pools.values()].map(({ node }) => node);
    let failure: unknown;
    if (this.#closed) throw closed();
    for (const node of [...known, ...this.#settings.nodes]) {
      try {
        const command: Command = { name: "cluster", args: ["SLOTS"], write: false };
        const reply = await this.#pool(node).send(command, new Deadline(ASK_SECONDS));
        const map = parseSlots(reply, node, this.#settings.options.natMap);
        if (map.masters.size === 0)
          throw unreachable(label(node), new Error("it does not belong to a cluster yet"));
        this.#use(map);
        return map;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #use(map: SlotMap): void {
    this.#map = map;
    for (const [address, { pool }] of this.#pools) {
      if (map.masters.has(address)) continue;
      this.#pools.delete(address);
      void pool.close(() => unreachable(address, new Error("it left the cluster")));
    }
  }

  #pool(node: NodeAddress): Pool {
    const address = label(node);
    let entry = this.#pools.get(address);
    if (!entry) {
      const { identity, limits } = this.#settings;
      entry = { node, pool: new Pool(tcpEndpoint(node, identity), limits) };
      this.#pools.set(address, entry);
    }
    return entry.pool;
  }
}
