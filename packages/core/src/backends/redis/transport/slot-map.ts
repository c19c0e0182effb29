// Who serves which slot of a Redis Cluster, as the nodes last said.
import type { AddressMap, NodeAddress } from "../../../options/connection.ts";
import { label } from "./endpoint.ts";
import type { Reply } from "./transport.ts";

/** Masters by slot. */
export class SlotMap {
  readonly #bySlot: (NodeAddress | undefined)[] = Array.from({ length: 16_384 });
  /** By their labels. */
  readonly masters: Map<string, NodeAddress> = new Map();

  master(slot: number): NodeAddress | undefined {
    return this.#bySlot[slot];
  }

  assign(from: number, to: number, master: NodeAddress): void {
    const known = this.masters.get(label(master)) ?? master;
    this.masters.set(label(known), known);
    this.#bySlot.fill(known, from, to + 1);
  }
}

/**
 * Reads the reply to CLUSTER SLOTS: `[from, to, [host, port, ...], ...replicas]` each. A node that does not know its own name
 * leaves the host out; then it is the one that was asked.
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

/** Reads where a MOVED or ASK reply points: `MOVED 3999 host:port`, an IPv6 host without brackets. */
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
  // "?" is Redis 7's word for a name it was told to announce and does not know.
  return host === "" || host === "?" ? undefined : host;
}

function translate(address: NodeAddress, natMap: AddressMap | undefined): NodeAddress {
  const key = `${address.host}:${address.port}`;
  return (typeof natMap === "function" ? natMap(key) : natMap?.[key]) ?? address;
}
