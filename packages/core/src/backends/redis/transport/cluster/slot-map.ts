// Which node serves which slot of a Redis Cluster, according to the last reply to CLUSTER SLOTS and the redirections since.
import type { AddressMap, NodeAddress } from "../../../../options/connection.ts";
import { label } from "../endpoint.ts";
import type { Reply } from "../transport.ts";

/** The master of each slot. */
export class SlotMap {
  readonly #bySlot: (NodeAddress | undefined)[] = Array.from({ length: 16_384 });
  /** By `label`. */
  readonly masters: Map<string, NodeAddress> = new Map();

  master(slot: number): NodeAddress | undefined {
    return this.#bySlot[slot];
  }

  /** Assigns the slots `from` to `to`, both included. */
  assign(from: number, to: number, master: NodeAddress): void {
    const known = this.masters.get(label(master)) ?? master;
    this.masters.set(label(known), known);
    this.#bySlot.fill(known, from, to + 1);
  }
}

/**
 * Parses the reply to CLUSTER SLOTS: `[from, to, [host, port, ...], ...replicas]` per range. A node that does not know its own
 * address leaves the host out; the address that was `asked` takes its place.
 */
export function parseSlots(
  reply: Reply,
  asked: NodeAddress,
  natMap: AddressMap | undefined,
): SlotMap {
  const map = new SlotMap();
  for (const range of reply as readonly (readonly Reply[])[]) {
    const [from, to, master] = range as readonly [Reply, Reply, readonly Reply[]];
    const [host, port] = master;
    const address = { host: hostOf(host) ?? asked.host, port: Number(port) };
    map.assign(Number(from), Number(to), translate(address, natMap));
  }
  return map;
}

/** Parses a MOVED or ASK error: `MOVED 3999 host:port`, with an IPv6 host without brackets. */
export function parseRedirection(
  message: string,
  asked: NodeAddress,
  natMap: AddressMap | undefined,
): { readonly slot: number; readonly to: NodeAddress } | undefined {
  const match = /^-?(?:MOVED|ASK) (\d+) (.*):(\d+)/.exec(message);
  if (!match) return undefined;
  const [, slot, host, port] = match;
  const address = { host: host || asked.host, port: Number(port) };
  return { slot: Number(slot), to: translate(address, natMap) };
}

function hostOf(reply: Reply | undefined): string | undefined {
  const host = reply === null || reply === undefined ? "" : String(reply);
  // Redis 7 sends "?" if it was told to announce a host name and has none.
  return host === "" || host === "?" ? undefined : host;
}

function translate(address: NodeAddress, natMap: AddressMap | undefined): NodeAddress {
  const key = `${address.host}:${address.port}`;
  return (typeof natMap === "function" ? natMap(key) : natMap?.[key]) ?? address;
}
